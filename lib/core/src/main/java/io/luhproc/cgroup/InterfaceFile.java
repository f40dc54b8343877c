package io.luhproc.cgroup;

import java.io.IOException;
import java.util.OptionalLong;

/** Writes a value into a file of the kernel and believes only what can be read there afterwards. */
final class InterfaceFile {
  // A limit of memory is rounded down to a page, which is 64 KiB on some machines.
  private static final long LARGEST_PAGE = 64 << 10;

  private InterfaceFile() {}

  /**
   * Sets a value.
   *
   * @return what was set, for people
   * @throws IOException when the kernel refuses the value, or silently took another
   */
  static String writeAndVerify(CgroupDir group, String file, String value) throws IOException {
    group.write(file, value);
    String actual = group.read(file);
    if (!actual.equals(value) && !isRoundedDown(value, actual)) {
      throw new IOException(
          "%s has %s after %s was written".formatted(group.path().resolve(file), actual, value));
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
    // The largest numbers mean that there is no limit, -1 in v1.
    return requested.getAsLong() < 0 || (difference >= 0 && difference < LARGEST_PAGE);
  }

  /** Returns a number as text, or a word where there is none. */
  static String format(OptionalLong number, String defaultText) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : defaultText;
  }
}
