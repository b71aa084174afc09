/**
 * The dialect of the EC20 family (Quectel EC2x, EG9x): context 1, socket 0, received data pushed. EC2x&EG9x&EG2x-G&EM05
 * Series TCP/IP Application Note V1.1 (chapter 2), AT Commands Manual V1.3. Layout: modem-dialect.ts.
 */
export const ec20 =
  '+QIURC: "recv",0,;' +
  '\r\n;' +
  '+QIOPEN: ;' +
  '+QIURC: "closed",0;' +
  '+QIURC: "pdpdeact",1;' +
  'AT+QISEND=0,;' +
  'AT+QICLOSE=0|OK;' +
  'AT+QICLOSE=0|OK;' +
  '8|12000;' +
  // Text, fault, ms, tries, final line, information line, one of, anyway. It takes its time to start.
  'AT|4|1000|12;' +
  'ATE0|4|5000|1;' +
  'AT+CPIN?|20|5000|5||+CPIN: READY;' +
  'AT+CREG?|21|5000|30||+CREG: |15;' +
  'AT+CGATT=1|21|10000|3;' +
  'AT+QIDEACT=1|4|40000|1;' +
  'AT+QICSGP=1,1,"\x01","","",1|22|5000|1;' +
  'AT+QIACT=1|22|150000|1;' +
  // A socket that the far end closed is taken until it is closed here too.
  'AT+QICLOSE=0|23|10000|1||||y;' +
  'AT+QIOPEN=1,0,"TCP","\x02",\x03,0,1|23|5000|1;' +
  // Asks nothing: OK came at once, the result comes when the far end answered.
  '|23|150000|1|+QIOPEN: 0,0';
