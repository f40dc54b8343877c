package io.luhproc.example;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * A line of a text with the matches in it.
 *
 * @param line the line number, from 1; 0 if only the name of the file matches
 * @param text the line, stripped and shortened, with a space for each control character, so that a
 *     file cannot control the terminal
 * @param highlights the matches in order, neither overlapping nor adjacent
 */
record Snippet(int line, String text, List<TextRange> highlights) {
  private static final int MAX_LENGTH = 160;
  private static final int CONTEXT_BEFORE = 40;
  private static final String ELLIPSIS = "…";
  private static final Comparator<TextRange> BY_POSITION =
      Comparator.comparingInt(TextRange::start).thenComparingInt(TextRange::end);

  /** Copies the highlights. */
  Snippet {
    highlights = List.copyOf(highlights);
  }

  /** Returns the first line with the largest number of distinct matched words. */
  static Snippet best(String text, List<TextRange> matches) {
    List<TextRange> sorted = matches.stream().sorted(BY_POSITION).toList();
    List<TextRange> best = List.of();
    long mostWords = 0;
    int next;
    for (int i = 0; i < sorted.size(); i = next) {
      next = firstIndexInLaterLine(text, sorted, i);
      List<TextRange> lineMatches = sorted.subList(i, next);
      long words =
          lineMatches.stream()
              .map(match -> match.substring(text).toLowerCase(Locale.ROOT))
              .distinct()
              .count();
      if (words > mostWords) {
        mostWords = words;
        best = lineMatches;
      }
    }
    return best.isEmpty() ? new Snippet(0, "", List.of()) : snippetAround(text, best);
  }

  /** Returns the index of the first range on a later line than range {@code i}. */
  private static int firstIndexInLaterLine(String text, List<TextRange> ranges, int i) {
    int end = lineEnd(text, ranges.get(i).start());
    int next = i + 1;
    while (next < ranges.size() && ranges.get(next).start() < end) {
      next++;
    }
    return next;
  }

  private static Snippet snippetAround(String text, List<TextRange> ranges) {
    int first = ranges.get(0).start();
    int start = text.lastIndexOf('\n', first - 1) + 1;
    int end = lineEnd(text, first);
    int number = 1 + (int) text.substring(0, start).chars().filter(c -> c == '\n').count();
    while (start < first && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    boolean cutStart = end - start > MAX_LENGTH && first - CONTEXT_BEFORE > start;
    int from = cutStart ? first - CONTEXT_BEFORE : start;
    boolean cutEnd = end - from > MAX_LENGTH;
    int to = cutEnd ? from + MAX_LENGTH : end;
    String shown = FolderPaths.replaceControls(text.substring(from, to)).stripTrailing();
    String head = cutStart ? ELLIPSIS : "";
    List<TextRange> inside = mergeOverlapping(ranges, from, from + shown.length());
    int shift = from - head.length();
    return new Snippet(
        number,
        head + shown + (cutEnd ? ELLIPSIS : ""),
        inside.stream().map(range -> range.relativeTo(shift)).toList());
  }

  /**
   * Returns the parts of the ranges within {@code from} and {@code to}, with adjacent ones merged.
   */
  private static List<TextRange> mergeOverlapping(List<TextRange> ranges, int from, int to) {
    List<TextRange> merged = new ArrayList<>();
    for (TextRange range : ranges) {
      int last = merged.size() - 1;
      int start = Math.max(from, range.start());
      int end = Math.min(to, range.end());
      if (start >= end) {
        continue;
      }
      if (last >= 0 && merged.get(last).end() >= start) {
        merged.set(last, merged.get(last).extendTo(end));
      } else {
        merged.add(new TextRange(start, end));
      }
    }
    return merged;
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  /** Returns the text with a style applied to each highlight. */
  String highlight(UnaryOperator<String> style) {
    StringBuilder out = new StringBuilder();
    int shown = 0;
    for (TextRange range : highlights) {
      out.append(text, shown, range.start()).append(style.apply(range.substring(text)));
      shown = range.end();
    }
    return out.append(text, shown, text.length()).toString();
  }
}
