package io.luhproc.cli.service;

import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;

/** The columns of {@code top}, by each of which the rows can be sorted. */
enum TopColumn {
  NAME(Comparator.comparing(TopRow::name), TopRow::name),
  STATE(Comparator.comparing(TopColumn::state), TopColumn::state),
  PID(
      Comparator.comparing(row -> row.process().pid().orElse(Long.MAX_VALUE)),
      row -> text(row.process().pid().map(String::valueOf).orElse(""))),
  UPTIME(
      Comparator.comparing((TopRow row) -> row.uptime().orElse(Duration.ZERO)).reversed(),
      row -> text(row.uptime().map(DurationAndSizeFormat::format).orElse(""))),
  RESTARTS(
      Comparator.comparing((TopRow row) -> row.process().restarts()).reversed(),
      row -> String.valueOf(row.process().restarts())),
  CPU(
      Comparator.comparing((TopRow row) -> row.cpuPercent().orElse(-1.0)).reversed(),
      row -> text(row.cpuPercent().map(it -> String.format(Locale.ROOT, "%.1f", it)).orElse(""))),
  MEMORY(
      Comparator.comparing((TopRow row) -> row.memoryBytes().orElse(-1L)).reversed(),
      row -> text(row.memoryBytes().map(DurationAndSizeFormat::format).orElse("")));

  private static final String MISSING_VALUE = "-";

  private final Comparator<TopRow> order;
  private final Function<TopRow, String> cell;

  TopColumn(Comparator<TopRow> order, Function<TopRow, String> cell) {
    this.order = order;
    this.cell = cell;
  }

  private static String text(String value) {
    return value.isEmpty() ? MISSING_VALUE : value;
  }

  private static String state(TopRow row) {
    return row.process().paused() ? "paused" : row.process().state();
  }

  /** Returns the order of rows, in which large values are first and equal ones sorted by name. */
  Comparator<TopRow> order() {
    return order.thenComparing(TopRow::name);
  }

  /** Returns the text of a row, not escaped. */
  String text(TopRow row) {
    return cell.apply(row);
  }

  String title() {
    return this == CPU ? "CPU%" : name();
  }

  boolean isNumber() {
    return this == PID || this == RESTARTS || this == CPU || this == MEMORY;
  }

  /** Returns the column some steps to the right, around the ends. */
  TopColumn next(int steps) {
    return values()[Math.floorMod(ordinal() + steps, values().length)];
  }
}
