package io.luhproc.cli.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code top} shows, and how keys change it. Knows no terminal. Not thread-safe. */
final class TopState {
  /** The operations by key. */
  static final Map<String, String> OPERATIONS =
      Map.of("s", "start", "x", "stop", "r", "restart", "k", "kill");

  /** What is entered now. */
  enum Mode {
    TABLE,
    CONFIRM,
    FILTER,
    LOG
  }

  /** A key. */
  enum Key {
    UP,
    DOWN,
    PAGE_UP,
    PAGE_DOWN,
    FIRST,
    LAST,
    ENTER,
    ESCAPE,
    BACKSPACE,
    TEXT
  }

  /** What a key asks for beyond the display. */
  sealed interface Request {}

  /** The end. */
  record Quit() implements Request {}

  /** An operation of the API with a process. */
  record Operate(String operation, TopRow row) implements Request {}

  private List<TopRow> rows = List.of();
  private TopColumn sort = TopColumn.NAME;
  private String filter = "";
  private String selected = "";
  private String operation = "";
  private String message = "";
  private Mode mode = Mode.TABLE;
  private List<String> log = List.of();
  private Optional<Duration> silence = Optional.empty();

  /** Takes new rows. The selection stays on its process. */
  void update(List<TopRow> current) {
    rows = current;
  }

  /** Takes the last lines of the selected process. */
  void updateLog(List<String> lines) {
    log = lines;
  }

  /** Shows a message instead of the keys; empty for none. */
  void message(String text) {
    message = text;
  }

  /** Sets how long the daemon has not answered; empty if it answers. */
  void silence(Optional<Duration> duration) {
    silence = duration;
  }

  List<TopRow> allRows() {
    return rows;
  }

  /** Returns the rows that match the filter, sorted. */
  List<TopRow> shownRows() {
    String needle = filter.toLowerCase(Locale.ROOT);
    List<TopRow> shown = new ArrayList<>();
    for (TopRow row : rows) {
      if (row.name().toLowerCase(Locale.ROOT).contains(needle)) {
        shown.add(row);
      }
    }
    shown.sort(sort.order());
    return shown;
  }

  /** Returns the selected row, by default the first one. */
  Optional<TopRow> selectedRow() {
    List<TopRow> shown = shownRows();
    return shown.isEmpty() ? Optional.empty() : Optional.of(shown.get(indexOf(selected, shown)));
  }

  private static int indexOf(String name, List<TopRow> shown) {
    for (int i = 0; i < shown.size(); i++) {
      if (shown.get(i).name().equals(name)) {
        return i;
      }
    }
    return 0;
  }

  TopColumn sort() {
    return sort;
  }

  String filter() {
    return filter;
  }

  String operation() {
    return operation;
  }

  String message() {
    return message;
  }

  Mode mode() {
    return mode;
  }

  List<String> log() {
    return log;
  }

  Optional<Duration> silence() {
    return silence;
  }

  // Keys.

  /**
   * Takes a key.
   *
   * @param text the character of {@link Key#TEXT}
   * @param pageRows the number of rows on the screen
   */
  Optional<Request> onKey(Key key, String text, int pageRows) {
    message = "";
    return switch (mode) {
      case TABLE -> onTableKey(key, text, pageRows);
      case CONFIRM -> onAnswer(key, text);
      case FILTER -> onFilterKey(key, text);
      case LOG -> onLogKey(key, text);
    };
  }

  private Optional<Request> onTableKey(Key key, String text, int pageRows) {
    switch (key) {
      case UP -> select(-1);
      case DOWN -> select(1);
      case PAGE_UP -> select(-pageRows);
      case PAGE_DOWN -> select(pageRows);
      case FIRST -> select(-rows.size());
      case LAST -> select(rows.size());
      case ESCAPE -> filter = "";
      case ENTER -> openLog();
      case BACKSPACE -> {}
      case TEXT -> {
        return onCommand(text);
      }
    }
    return Optional.empty();
  }

  private Optional<Request> onCommand(String text) {
    switch (text) {
      case "q" -> {
        return Optional.of(new Quit());
      }
      case "<" -> sort = sort.next(-1);
      case ">" -> sort = sort.next(1);
      case "n" -> sort = TopColumn.NAME;
      case "c" -> sort = TopColumn.CPU;
      case "m" -> sort = TopColumn.MEMORY;
      case "/" -> {
        filter = "";
        mode = Mode.FILTER;
      }
      case "l" -> openLog();
      default -> {
        if (OPERATIONS.containsKey(text) && selectedRow().isPresent()) {
          operation = OPERATIONS.getOrDefault(text, "");
          fixSelection();
          mode = Mode.CONFIRM;
        }
      }
    }
    return Optional.empty();
  }

  private void select(int steps) {
    List<TopRow> shown = shownRows();
    if (!shown.isEmpty()) {
      int index = indexOf(selected, shown) + steps;
      selected = shown.get(Math.max(0, Math.min(shown.size() - 1, index))).name();
    }
  }

  /** Keeps the selection on the row that is shown as selected, while others move. */
  private void fixSelection() {
    selected = selectedRow().map(TopRow::name).orElse("");
  }

  private void openLog() {
    if (selectedRow().isPresent()) {
      fixSelection();
      log = List.of();
      mode = Mode.LOG;
    }
  }

  private Optional<Request> onAnswer(Key key, String text) {
    mode = Mode.TABLE;
    boolean isYes = key == Key.TEXT && text.equalsIgnoreCase("y");
    Optional<TopRow> row = selectedRow().filter(it -> it.name().equals(selected));
    return isYes ? row.map(it -> new Operate(operation, it)) : Optional.empty();
  }

  private Optional<Request> onFilterKey(Key key, String text) {
    switch (key) {
      case TEXT -> filter += text;
      case BACKSPACE -> filter = filter.isEmpty() ? "" : filter.substring(0, filter.length() - 1);
      case ESCAPE -> {
        filter = "";
        mode = Mode.TABLE;
      }
      case ENTER -> mode = Mode.TABLE;
      case UP -> select(-1);
      case DOWN -> select(1);
      case PAGE_UP, PAGE_DOWN, FIRST, LAST -> {}
    }
    return Optional.empty();
  }

  private Optional<Request> onLogKey(Key key, String text) {
    boolean isEnd =
        key == Key.ESCAPE
            || key == Key.ENTER
            || (key == Key.TEXT && (text.equals("q") || text.equals("l")));
    if (isEnd) {
      mode = Mode.TABLE;
    }
    return Optional.empty();
  }
}
