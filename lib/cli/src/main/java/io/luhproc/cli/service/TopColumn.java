package io.luhproc.cli.service;

import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A column of {@code top}, by which the rows can be sorted.
 *
 * @param title the title
 * @param isNumber whether its cells are aligned to the right
 * @param order the order of rows; large values are first
 * @param cell returns the text of a row, not escaped
 */
record TopColumn(
    String title, boolean isNumber, Comparator<TopRow> order, Function<TopRow, String> cell) {
  static final TopColumn NAME =
      new TopColumn("NAME", false, Comparator.comparing(TopRow::name), TopRow::name);
  static final TopColumn CPU =
      new TopColumn(
          "CPU%",
          true,
          Comparator.comparing((TopRow row) -> row.cpuPercent().orElse(-1.0)).reversed(),
          row -> text(row.cpuPercent().map(it -> String.format(Locale.ROOT, "%.1f", it))));
  static final TopColumn MEMORY =
      new TopColumn(
          "MEMORY",
          true,
          Comparator.comparing((TopRow row) -> row.memoryBytes().orElse(-1L)).reversed(),
          row -> text(row.memoryBytes().map(DurationAndSizeFormat::format)));

  /** All columns, from left to right. */
  static final List<TopColumn> ALL =
      List.of(
          NAME,
          new TopColumn("STATE", false, Comparator.comparing(TopColumn::state), TopColumn::state),
          new TopColumn(
              "PID",
              true,
              Comparator.comparing(row -> row.process().pid().orElse(Long.MAX_VALUE)),
              row -> text(row.process().pid().map(String::valueOf))),
          new TopColumn(
              "UPTIME",
              false,
              Comparator.comparing((TopRow row) -> row.uptime().orElse(Duration.ZERO)).reversed(),
              row -> text(row.uptime().map(DurationAndSizeFormat::format))),
          new TopColumn(
              "RESTARTS",
              true,
              Comparator.comparing((TopRow row) -> row.process().restarts()).reversed(),
              row -> String.valueOf(row.process().restarts())),
          CPU,
          MEMORY);

  /** Sorts equal rows by name. */
  TopColumn {
    order = order.thenComparing(TopRow::name);
  }

  private static String text(Optional<String> value) {
    return value.orElse("-");
  }

  private static String state(TopRow row) {
    return row.process().paused() ? "paused" : row.process().state();
  }

  String text(TopRow row) {
    return cell.apply(row);
  }

  /** Returns the column some steps to the right, around the ends. */
  TopColumn next(int steps) {
    return ALL.get(Math.floorMod(ALL.indexOf(this) + steps, ALL.size()));
  }
}
