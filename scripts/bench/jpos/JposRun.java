// Times jPOS on the benchmark message. Arguments: wire as hex, then field=value pairs (digits, text, or hex of binary
// fields). Every value goes in and comes out as a string, as in the JSON form. Prints {"pack":…,"unpack":…}, medians in
// microseconds. jPOS writes the track separator as "=".
import java.util.Arrays;
import java.util.function.IntSupplier;
import org.jpos.iso.IFB_BINARY;
import org.jpos.iso.IFB_BITMAP;
import org.jpos.iso.IFB_LLLBINARY;
import org.jpos.iso.IFB_LLLNUM;
import org.jpos.iso.IFB_LLNUM;
import org.jpos.iso.IFB_NUMERIC;
import org.jpos.iso.IF_CHAR;
import org.jpos.iso.ISOBasePackager;
import org.jpos.iso.ISOFieldPackager;
import org.jpos.iso.ISOMsg;
import org.jpos.iso.ISOUtil;

public class JposRun {
  static final int ROUNDS = 31;
  static final int CALLS = 20000;
  static int sink;

  static ISOBasePackager packager() {
    ISOFieldPackager[] f = new ISOFieldPackager[65];
    f[0] = new IFB_NUMERIC(4, "MTI", true);
    f[1] = new IFB_BITMAP(8, "bitmap");
    f[2] = new IFB_LLNUM(19, "PAN", false);
    int[][] digits = {{3, 6}, {4, 12}, {11, 6}, {14, 4}, {25, 2}, {26, 2}, {53, 16}};
    for (int[] one : digits) f[one[0]] = new IFB_NUMERIC(one[1], "", true);
    f[22] = new IFB_NUMERIC(3, "entry mode", false);
    f[23] = new IFB_NUMERIC(3, "card sequence", true);
    f[35] = new IFB_LLNUM(37, "track 2", false);
    f[41] = new IF_CHAR(8, "terminal");
    f[42] = new IF_CHAR(15, "merchant");
    f[49] = new IF_CHAR(3, "currency");
    f[52] = new IFB_BINARY(8, "PIN block");
    f[55] = new IFB_LLLBINARY(999, "chip data");
    f[60] = new IFB_LLLNUM(17, "private", false);
    f[64] = new IFB_BINARY(8, "MAC");
    ISOBasePackager packager = new ISOBasePackager() {};
    packager.setFieldPackager(f);
    return packager;
  }

  static double time(IntSupplier call) {
    long start = System.nanoTime();
    int sum = 0;
    for (int i = 0; i < CALLS; i++) sum += call.getAsInt();
    sink += sum;
    return (System.nanoTime() - start) / 1000.0 / CALLS;
  }

  static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  public static void main(String[] args) throws Exception {
    ISOBasePackager packager = packager();
    byte[] wire = ISOUtil.hex2byte(args[0]);
    int[] numbers = new int[args.length - 1];
    String[] values = new String[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      String[] pair = args[i + 1].split(":", 2);
      numbers[i] = Integer.parseInt(pair[0]);
      values[i] = pair[1];
    }
    IntSupplier pack = () -> {
      try {
        return build(packager, numbers, values).length;
      } catch (Exception e) {
        throw new RuntimeException(e);
      }
    };
    IntSupplier unpack = () -> {
      try {
        return read(packager, wire, numbers, null);
      } catch (Exception e) {
        throw new RuntimeException(e);
      }
    };
    if (!Arrays.equals(build(packager, numbers, values), wire)) throw new Exception("jPOS packs other bytes");
    read(packager, wire, numbers, values);
    for (int i = 0; i < 10; i++) {
      time(pack);
      time(unpack);
    }
    double[] packed = new double[ROUNDS];
    double[] unpacked = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      packed[i] = time(pack);
      unpacked[i] = time(unpack);
    }
    System.out.println("{\"pack\":" + median(packed) + ",\"unpack\":" + median(unpacked) + "}");
  }

  static byte[] build(ISOBasePackager packager, int[] numbers, String[] values) throws Exception {
    ISOMsg message = new ISOMsg();
    message.setPackager(packager);
    message.setMTI("0200");
    for (int i = 0; i < numbers.length; i++) message.set(numbers[i], values[i]);
    return message.pack();
  }

  static int read(ISOBasePackager packager, byte[] wire, int[] numbers, String[] expected) throws Exception {
    ISOMsg message = new ISOMsg();
    message.setPackager(packager);
    message.unpack(wire);
    int sum = 0;
    for (int i = 0; i < numbers.length; i++) {
      String value = message.getString(numbers[i]);
      sum += value.length();
      if (expected != null && !value.equalsIgnoreCase(expected[i])) {
        throw new Exception("jPOS reads another field " + numbers[i]);
      }
    }
    return sum;
  }
}
