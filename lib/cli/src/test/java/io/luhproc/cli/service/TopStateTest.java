package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.service.TopState.Key;
import io.luhproc.cli.service.TopState.Request;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TopStateTest {
  private static final TopRow API = TopRows.running("api", 5, 3_000);
  private static final TopRow DB = TopRows.running("db", 50, 1_000);
  private static final TopRow WEB = TopRows.failed("web");

  private TopState state = new TopState();

  @BeforeEach
  void fill() {
    state = new TopState();
    state.update(List.of(WEB, DB, API));
  }

  private Optional<Request> type(String text) {
    return state.onKey(Key.TEXT, text, 10);
  }

  private void press(Key key) {
    assertThat(state.onKey(key, "", 10)).isEmpty();
  }

  @Test
  void rowsAreSortedByTheChosenColumn() {
    assertThat(state.shownRows()).containsExactly(API, DB, WEB);
    assertThat(type("c")).isEmpty();
    assertThat(state.shownRows()).containsExactly(DB, API, WEB);
    assertThat(type("m")).isEmpty();
    assertThat(state.shownRows()).containsExactly(API, DB, WEB);
    assertThat(type(">")).isEmpty();
    assertThat(state.sort()).isEqualTo(TopColumn.NAME);
    assertThat(type("<")).isEmpty();
    assertThat(state.sort()).isEqualTo(TopColumn.MEMORY);
  }

  @Test
  void selectionStaysOnItsProcessWhileOthersMove() {
    press(Key.DOWN);
    assertThat(state.selectedRow()).contains(DB);
    assertThat(type("c")).isEmpty();
    state.update(List.of(DB, API, TopRows.running("cache", 99, 1)));
    assertThat(state.selectedRow()).contains(DB);
  }

  @Test
  void selectionStopsAtTheEnds() {
    press(Key.UP);
    assertThat(state.selectedRow()).contains(API);
    press(Key.LAST);
    press(Key.DOWN);
    assertThat(state.selectedRow()).contains(WEB);
    press(Key.PAGE_UP);
    assertThat(state.selectedRow()).contains(API);
  }

  @Test
  void operationNeedsTheAnswerYes() {
    press(Key.DOWN);
    assertThat(type("k")).isEmpty();
    assertThat(state.mode()).isEqualTo(TopState.Mode.CONFIRM);
    assertThat(type("n")).isEmpty();
    assertThat(type("y")).isEmpty();
    assertThat(type("k")).isEmpty();
    press(Key.ENTER);
    assertThat(state.mode()).isEqualTo(TopState.Mode.TABLE);
    assertThat(type("k")).isEmpty();
    assertThat(type("y")).contains(new TopState.Operate("kill", DB));
  }

  @Test
  void processThatIsGoneAtTheAnswerIsNotReplacedByAnother() {
    assertThat(type("k")).isEmpty();
    state.update(List.of(WEB, DB));
    assertThat(type("y")).isEmpty();
  }

  @Test
  void filterHidesOtherRowsUntilEscape() {
    assertThat(type("/")).isEmpty();
    assertThat(type("D")).isEmpty();
    assertThat(type("q")).isEmpty();
    press(Key.BACKSPACE);
    press(Key.ENTER);
    assertThat(state.shownRows()).containsExactly(DB);
    press(Key.ESCAPE);
    assertThat(state.shownRows()).hasSize(3);
  }

  @Test
  void logIsClosedByTheKeyOfTheEnd() {
    assertThat(type("l")).isEmpty();
    assertThat(state.mode()).isEqualTo(TopState.Mode.LOG);
    assertThat(type("k")).isEmpty();
    assertThat(state.mode()).isEqualTo(TopState.Mode.LOG);
    assertThat(type("q")).isEmpty();
    assertThat(state.mode()).isEqualTo(TopState.Mode.TABLE);
    assertThat(type("q")).contains(new TopState.Quit());
  }

  @Test
  void keysWithoutRowsDoNothing() {
    state.update(List.of());
    for (Key key : Key.values()) {
      assertThat(state.onKey(key, "k", 10)).isEmpty();
    }
    assertThat(type("l")).isEmpty();
    assertThat(state.mode()).isEqualTo(TopState.Mode.TABLE);
  }
}
