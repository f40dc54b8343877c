package io.luhproc.cgroup;

import java.io.IOException;
import java.util.OptionalLong;

/** Writes a value into a file of the kernel and believes only what can be read there afterwards. */
final class Knob {
  // A limit of memory is rounded down to a page, which is 64 KiB on some machines.
  private static final long LARGEST_PAGE = 64 << 10;

  private Knob() {}

  /**
   * Sets a value.
   *
   * @return what was set, for people
   * @throws IOException when the kernel refuses the value, or silently took another
   */
  static String set(GroupDir group, String file, String value) throws IOException {
    group.write(file, value);
    String now = group.read(file);
    if (!now.equals(value) && !isRounded(value, now)) {
      throw new IOException(
          "%s has %s after %s was written".formatted(group.path().resolve(file), now, value));
    }
    return file + " = " + value;
  }

  private static boolean isRounded(String wanted, String now) {
    OptionalLong asked = GroupDir.number(wanted, 0);
    OptionalLong told = GroupDir.number(now, 0);
    if (asked.isEmpty() || told.isEmpty()) {
      return false;
    }
    long cut = asked.getAsLong() - told.getAsLong();
    // The largest numbers mean that there is no limit, -1 in v1.
    return asked.getAsLong() < 0 || (cut >= 0 && cut < LARGEST_PAGE);
  }

  /** Returns a number as text, or a word where there is none. */
  static String text(OptionalLong number, String otherwise) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : otherwise;
  }
}
