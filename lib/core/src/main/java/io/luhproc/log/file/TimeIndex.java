package io.luhproc.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The length of the stream at known times.
 *
 * <p>The clock may be set between two entries on disk. The last entry is taken as right: entries
 * with a later time are left out, and so are the fewest others that leave times in order. The lines
 * of such an entry then have the time of the next one.
 *
 * @param entries oldest first; neither time nor offset decreases
 * @param invalidEntries number of invalid entries on disk, which are not in the list
 */
public record TimeIndex(List<Entry> entries, int invalidEntries) {
  private static final int OFFSET_COLUMN = 14;

  /**
   * The length of the stream at one time: bytes before the offset were written by then, bytes from
   * the offset on were not.
   *
   * @param epochMillis the time in milliseconds since the epoch
   * @param offset the absolute offset of the end of the stream
   */
  public record Entry(long epochMillis, long offset) {}

  /** Parses the content of an index file. */
  static TimeIndex parse(byte[] file) {
    List<Entry> entries = new ArrayList<>();
    int ignored = 0;
    int end = file.length - IndexFile.ENTRY_BYTES;
    for (int at = IndexHeader.BYTES; at <= end; at += IndexFile.ENTRY_BYTES) {
      Entry entry = parseEntry(new String(file, at, IndexFile.ENTRY_BYTES, US_ASCII));
      if (entry != null
          && (entries.isEmpty() || entry.offset() >= entries.get(entries.size() - 1).offset())) {
        entries.add(entry);
      } else {
        ignored++;
      }
    }
    return new TimeIndex(isInOrder(entries) ? entries : inOrder(entries), ignored);
  }

  private static boolean isInOrder(List<Entry> entries) {
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i).epochMillis() < entries.get(i - 1).epochMillis()) {
        return false;
      }
    }
    return true;
  }

  /** Returns the longest sequence in order of time that ends with the last entry. */
  private static List<Entry> inOrder(List<Entry> entries) {
    int last = entries.size() - 1;
    // ends[n] is the entry with the earliest time that ends a sequence of n + 1 entries.
    int[] ends = new int[entries.size()];
    int[] previous = new int[entries.size()];
    int longest = 0;
    for (int i = 0; i <= last; i++) {
      long millis = entries.get(i).epochMillis();
      if (millis > entries.get(last).epochMillis()) {
        continue;
      }
      int low = 0;
      int high = longest;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (entries.get(ends[middle]).epochMillis() > millis) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      previous[i] = low == 0 ? -1 : ends[low - 1];
      ends[low] = i;
      longest = Math.max(longest, low + 1);
    }
    List<Entry> ordered = new ArrayList<>();
    for (int i = last; i >= 0; i = previous[i]) {
      ordered.add(entries.get(i));
    }
    Collections.reverse(ordered);
    return ordered;
  }

  private static @Nullable Entry parseEntry(String text) {
    int end = IndexFile.ENTRY_BYTES - 1;
    if (text.charAt(end) != '\n' || text.charAt(OFFSET_COLUMN - 1) != ' ') {
      return null;
    }
    try {
      long millis = Long.parseUnsignedLong(text, 0, OFFSET_COLUMN - 1, 10);
      return new Entry(millis, Long.parseUnsignedLong(text, OFFSET_COLUMN, end, 10));
    } catch (NumberFormatException expected) {
      // Invalid bytes mean that there is no entry.
      return null;
    }
  }

  /** Returns the last entry, null if there is none. */
  public @Nullable Entry lastEntry() {
    return entries.isEmpty() ? null : entries.get(entries.size() - 1);
  }

  /** Returns the greatest known offset before which all was written by an instant, or null. */
  public @Nullable Long offsetAt(Instant instant) {
    long millis = epochMillis(instant);
    int after = firstIndex(entry -> entry.epochMillis() > millis);
    return after == 0 ? null : Long.valueOf(entries.get(after - 1).offset());
  }

  /** Returns milliseconds since the epoch, the nearest long if the instant is out of range. */
  public static long epochMillis(Instant instant) {
    try {
      return instant.toEpochMilli();
    } catch (ArithmeticException expected) {
      // About 292 million years away, such as Instant.MIN and Instant.MAX.
      return instant.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** Returns the earliest known time by which all bytes before an offset were written, or null. */
  public @Nullable Instant timeOf(long offset) {
    int at = firstIndex(entry -> entry.offset() >= offset);
    return at == entries.size() ? null : Instant.ofEpochMilli(entries.get(at).epochMillis());
  }

  private int firstIndex(Predicate<Entry> isAtOrAfter) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isAtOrAfter.test(entries.get(middle))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Returns the entries needed for the retained bytes; only every second one if they are more than
   * {@code maxEntries}.
   */
  public List<Entry> compact(long oldestOffset, int maxEntries) {
    int from = firstIndex(entry -> entry.offset() >= oldestOffset);
    List<Entry> kept = new ArrayList<>(entries.subList(Math.max(0, from - 1), entries.size()));
    if (kept.size() <= maxEntries) {
      return kept;
    }
    List<Entry> thinned = new ArrayList<>();
    for (int i = kept.size() - 1; i >= 0; i -= 2) {
      thinned.add(kept.get(i));
    }
    Collections.reverse(thinned);
    return thinned;
  }
}
