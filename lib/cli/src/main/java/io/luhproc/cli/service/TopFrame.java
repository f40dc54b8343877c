package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.text.TerminalText;
import io.luhproc.time.DurationAndSizeFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws a {@link TopState} as lines of text with colours. */
final class TopFrame {
  private static final String SEPARATOR = "  ";
  private static final String INVERSE = "7";
  private static final String BOLD = "1";
  private static final String RED = "31";
  private static final int MIN_NAME_COLUMNS = 8;
  // The first line, the titles, and the last line.
  private static final int OTHER_LINES = 3;
  private static final String KEYS =
      "s start  x stop  r restart  k kill  l log  / filter  < > sort  q quit";

  private final Console console;
  private final String config;

  TopFrame(Console console, String config) {
    this.console = console;
    this.config = config;
  }

  /** Returns how many rows of the table a screen shows. */
  static int pageRows(int height) {
    return Math.max(1, height - OTHER_LINES);
  }

  /** Returns the lines of a screen, exactly as many as it has. */
  List<String> draw(TopState state, int width, int height) {
    List<String> lines = new ArrayList<>();
    lines.add(fit(summary(state), width));
    List<String> body =
        state.mode() == TopState.Mode.LOG
            ? log(state, width, pageRows(height) + 1)
            : window(state, width, pageRows(height));
    lines.addAll(body);
    while (lines.size() < height - 1) {
      lines.add("");
    }
    lines.add(console.colour(INVERSE, fit(bottom(state), width)));
    return lines.subList(Math.max(0, lines.size() - height), lines.size());
  }

  /** Returns the whole table, for a file. */
  List<String> drawAll(TopState state, int width) {
    List<String> lines = new ArrayList<>();
    lines.add(summary(state));
    lines.addAll(table(state.shownRows(), Optional.empty(), state, width));
    return lines;
  }

  private String summary(TopState state) {
    long running =
        state.allRows().stream().filter(it -> it.process().state().equals("running")).count();
    long failed =
        state.allRows().stream().filter(it -> it.process().state().equals("failed")).count();
    String text =
        running
            + " of "
            + state.allRows().size()
            + " running"
            + (failed == 0 ? "" : ", " + failed + " failed");
    String silence =
        state
            .silence()
            .map(it -> "no answer for " + DurationAndSizeFormat.format(it) + ", trying; before: ")
            .orElse("");
    return silence + text + SEPARATOR + escape(config);
  }

  private static String bottom(TopState state) {
    return switch (state.mode()) {
      case CONFIRM ->
          state.operation()
              + " "
              + state.selectedRow().map(it -> escape(it.name())).orElse("")
              + "? y/N";
      case FILTER -> "filter: " + escape(state.filter()) + "_";
      case LOG -> "q back";
      case TABLE ->
          !state.message().isEmpty()
              ? escape(state.message())
              : (state.filter().isEmpty() ? "" : "[" + escape(state.filter()) + "]  ") + KEYS;
    };
  }

  // The table.

  /** Returns the titles and the rows around the selected one. */
  private List<String> window(TopState state, int width, int count) {
    List<TopRow> rows = state.shownRows();
    Optional<TopRow> selected = state.selectedRow();
    int index = selected.map(rows::indexOf).orElse(0);
    int first = Math.max(0, Math.min(index - count / 2, rows.size() - count));
    List<TopRow> shown = rows.subList(first, Math.min(rows.size(), first + count));
    return table(shown, selected, state, width);
  }

  private List<String> table(
      List<TopRow> rows, Optional<TopRow> selected, TopState state, int width) {
    int[] widths = widths(state.shownRows(), width);
    List<String> lines = new ArrayList<>();
    StringBuilder titles = new StringBuilder(SEPARATOR);
    for (TopColumn column : TopColumn.values()) {
      titles.append(pad(title(column, state), column, widths)).append(SEPARATOR);
    }
    lines.add(console.colour(BOLD, fit(titles.toString().stripTrailing(), width)));
    for (TopRow row : rows) {
      boolean isSelected = selected.isPresent() && selected.get().equals(row);
      lines.add(line(row, isSelected, widths, width));
    }
    return lines;
  }

  private static String title(TopColumn column, TopState state) {
    return column == state.sort() ? column.title() + "*" : column.title();
  }

  private String line(TopRow row, boolean isSelected, int[] widths, int width) {
    StringBuilder line = new StringBuilder(isSelected ? "> " : SEPARATOR);
    for (TopColumn column : TopColumn.values()) {
      line.append(pad(escape(column.text(row)), column, widths)).append(SEPARATOR);
    }
    String text = fit(line.toString().stripTrailing(), width);
    boolean isBad =
        row.process().state().equals("failed") || row.process().state().equals("backoff");
    String plainOrRed = isBad ? console.colour(RED, text) : text;
    return isSelected ? console.colour(INVERSE, text) : plainOrRed;
  }

  /** Returns the widths of the columns; that of the name is what the others leave. */
  private static int[] widths(List<TopRow> rows, int width) {
    TopColumn[] columns = TopColumn.values();
    int[] widths = new int[columns.length];
    int total = SEPARATOR.length() * columns.length;
    for (TopColumn column : columns) {
      int widest = column.title().length() + 1;
      for (TopRow row : rows) {
        widest = Math.max(widest, TerminalText.displayWidth(escape(column.text(row))));
      }
      widths[column.ordinal()] = widest;
      total += widest;
    }
    if (total > width) {
      widths[0] = Math.max(MIN_NAME_COLUMNS, widths[0] - (total - width));
    }
    return widths;
  }

  private static String pad(String cell, TopColumn column, int[] widths) {
    int width = widths[column.ordinal()];
    String shown = TerminalText.truncateMiddle(cell, width);
    String padding = " ".repeat(Math.max(0, width - TerminalText.displayWidth(shown)));
    return column.isNumber() ? padding + shown : shown + padding;
  }

  // The log.

  private List<String> log(TopState state, int width, int count) {
    List<String> lines = new ArrayList<>();
    String name = state.selectedRow().map(TopRow::name).orElse("");
    lines.add(console.colour(BOLD, fit("log of " + escape(name), width)));
    List<String> log = state.log();
    for (String line : log.subList(Math.max(0, log.size() - count + 1), log.size())) {
      lines.add(fit(escape(line), width));
    }
    return lines;
  }

  private static String escape(String text) {
    return TerminalText.escapeToLine(text);
  }

  /** Cuts a text at the width of the screen. */
  private static String fit(String text, int width) {
    if (TerminalText.displayWidth(text) <= width) {
      return text;
    }
    int end = 0;
    int columns = 0;
    while (end < text.length()) {
      int length = Character.charCount(text.codePointAt(end));
      columns += TerminalText.displayWidth(text.substring(end, end + length));
      if (columns > width) {
        break;
      }
      end += length;
    }
    return text.substring(0, end);
  }
}
