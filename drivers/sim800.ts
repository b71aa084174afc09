/**
 * The dialect of the SIM800 family: single connection, not transparent, received data with a header. SIM800 Series TCPIP
 * Application Note V1.03 (2.1), AT Command Manual V1.09 (chapter 8). Layout: modem-dialect.ts.
 */
export const sim800 =
  '+IPD,;' +
  ':;' +
  'CONNECT FAIL;' +
  'CLOSED;' +
  '+PDP: DEACT;' +
  'AT+CIPSEND=;' +
  'AT+CIPCLOSE=1|CLOSE OK;' +
  'AT+CIPSHUT|SHUT OK;' +
  '10|3000;' +
  // Text, fault, ms, tries, final line, information line, one of.
  'AT|4|1000|5;' +
  'ATE0|4|5000|1;' +
  'AT+CPIN?|20|5000|5||+CPIN: READY;' +
  'AT+CREG?|21|5000|30||+CREG: |15;' +
  'AT+CGATT=1|21|10000|3;' +
  'AT+CIPSHUT|4|10000|1|SHUT OK;' +
  'AT+CIPHEAD=1|4|5000|1;' +
  'AT+CSTT="\x01"|22|5000|1;' +
  'AT+CIICR|22|85000|1;' +
  'AT+CIFSR|22|5000|1|.;' +
  'AT+CIPSTART="TCP","\x02","\x03"|23|5000|1;' +
  // Asks nothing: OK came at once, the result comes when the far end answered.
  '|23|75000|1|CONNECT OK';
