package io.luhproc.example;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * A line of a text with what was found in it.
 *
 * @param line its number, from 1; 0 when only the name of the file was found
 * @param text the line without the blanks around it, cut to a bearable length, and with a space for
 *     every control character, so that no file can send commands to a terminal
 * @param marks the parts that were found, in order, none touching another
 */
record Snippet(int line, String text, List<Range> marks) {
  private static final int LONGEST = 160;
  private static final int BEFORE = 40;
  private static final String CUT = "…";
  private static final Comparator<Range> IN_ORDER =
      Comparator.comparingInt(Range::start).thenComparingInt(Range::end);

  /** Copies the marks. */
  Snippet {
    marks = List.copyOf(marks);
  }

  /** Returns the line that has most different words of those found, the first such one. */
  static Snippet best(String text, List<Range> found) {
    List<Range> marks = found.stream().sorted(IN_ORDER).toList();
    List<Range> best = List.of();
    long mostWords = 0;
    int next;
    for (int i = 0; i < marks.size(); i = next) {
      next = endOfLine(text, marks, i);
      List<Range> line = marks.subList(i, next);
      long words =
          line.stream().map(mark -> mark.of(text).toLowerCase(Locale.ROOT)).distinct().count();
      if (words > mostWords) {
        mostWords = words;
        best = line;
      }
    }
    return best.isEmpty() ? new Snippet(0, "", List.of()) : around(text, best);
  }

  /** Returns the index of the first mark in a later line than mark {@code i}. */
  private static int endOfLine(String text, List<Range> marks, int i) {
    int end = lineEnd(text, marks.get(i).start());
    int next = i + 1;
    while (next < marks.size() && marks.get(next).start() < end) {
      next++;
    }
    return next;
  }

  private static Snippet around(String text, List<Range> marks) {
    int first = marks.get(0).start();
    int start = text.lastIndexOf('\n', first - 1) + 1;
    int end = lineEnd(text, first);
    int number = 1 + (int) text.substring(0, start).chars().filter(c -> c == '\n').count();
    while (start < first && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    boolean cutStart = end - start > LONGEST && first - BEFORE > start;
    int from = cutStart ? first - BEFORE : start;
    boolean cutEnd = end - from > LONGEST;
    int to = cutEnd ? from + LONGEST : end;
    String shown = Folders.visible(text.substring(from, to)).stripTrailing();
    String head = cutStart ? CUT : "";
    List<Range> inside = merged(marks, from, from + shown.length());
    int shift = from - head.length();
    return new Snippet(
        number,
        head + shown + (cutEnd ? CUT : ""),
        inside.stream().map(mark -> mark.from(shift)).toList());
  }

  /** Returns the parts of the marks between two places, those that touch made one. */
  private static List<Range> merged(List<Range> marks, int from, int to) {
    List<Range> merged = new ArrayList<>();
    for (Range mark : marks) {
      int last = merged.size() - 1;
      int start = Math.max(from, mark.start());
      int end = Math.min(to, mark.end());
      if (start >= end) {
        continue;
      }
      if (last >= 0 && merged.get(last).end() >= start) {
        merged.set(last, merged.get(last).upTo(end));
      } else {
        merged.add(new Range(start, end));
      }
    }
    return merged;
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  /** Returns the text with each mark in some style. */
  String marked(UnaryOperator<String> style) {
    StringBuilder out = new StringBuilder();
    int shown = 0;
    for (Range mark : marks) {
      out.append(text, shown, mark.start()).append(style.apply(mark.of(text)));
      shown = mark.end();
    }
    return out.append(text, shown, text.length()).toString();
  }
}
