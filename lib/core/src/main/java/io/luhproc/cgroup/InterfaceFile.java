package io.luhproc.cgroup;

import java.io.IOException;
import java.util.OptionalLong;

/** Writes values to interface files and verifies them by reading them back. */
final class InterfaceFile {
  // Memory limits are rounded down to a page, which is at most 64 KiB.
  private static final long LARGEST_PAGE = 64 << 10;

  private InterfaceFile() {}

  /**
   * Writes a value.
   *
   * @return file and value, for reports
   * @throws IOException if the kernel rejects the value or stores another one
   */
  static String writeAndVerify(CgroupDir cgroup, String file, String value) throws IOException {
    cgroup.write(file, value);
    String actual = cgroup.read(file);
    if (!actual.equals(value) && !isRoundedDown(value, actual)) {
      throw new IOException(
          "%s contains %s after writing %s".formatted(cgroup.path().resolve(file), actual, value));
    }
    return file + " = " + value;
  }

  private static boolean isRoundedDown(String requestedText, String actualText) {
    OptionalLong requested = CgroupDir.number(requestedText, 0);
    OptionalLong actual = CgroupDir.number(actualText, 0);
    if (requested.isEmpty() || actual.isEmpty()) {
      return false;
    }
    long difference = requested.getAsLong() - actual.getAsLong();
    // In v1, -1 means no limit and is stored as a very large number.
    return requested.getAsLong() < 0 || (difference >= 0 && difference < LARGEST_PAGE);
  }

  /** Returns the number as text, or {@code defaultText} if it is empty. */
  static String format(OptionalLong number, String defaultText) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : defaultText;
  }
}
