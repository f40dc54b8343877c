package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a stop goes on, in virtual time and with signals that reach nobody. */
class TreeStopTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/indexer-0123456789ab");
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final ScriptedTable table = new ScriptedTable();
  private final RecordedSignals signals = new RecordedSignals(table);
  private final VirtualTime time = new VirtualTime();

  @BeforeEach
  void addATreeOfTwo() {
    table.add(1, 0, 1);
    table.add(100, 1, 100);
    table.cookie(100, DIRECTORY);
    table.add(101, 100, 100);
  }

  private TreeOutcome stop(Duration grace, Duration timeout) throws InterruptedException {
    return stop(Signal.TERM, grace, timeout);
  }

  private TreeOutcome stop(Signal signal, Duration grace, Duration timeout)
      throws InterruptedException {
    return new TreeStop(table, signals, time)
        .stop(new TreeRequest(DIRECTORY, Optional.empty(), signal, grace, timeout));
  }

  @Test
  void everybodyIsAskedAndNobodyKilledWhenAllLeave() throws InterruptedException {
    TreeOutcome outcome = stop(GRACE, TIMEOUT);
    assertThat(outcome.found()).isTrue();
    assertThat(outcome.killed()).isFalse();
    assertThat(outcome.alive()).isEmpty();
    assertThat(signals.sent).containsExactlyInAnyOrder("TERM 100", "TERM 101");
    assertThat(time.passed()).isZero();
  }

  @Test
  void nothingIsFoundWhereNothingIs() throws InterruptedException {
    table.end(100);
    table.end(101);
    TreeOutcome outcome = stop(GRACE, TIMEOUT);
    assertThat(outcome.found()).isFalse();
    assertThat(signals.sent).isEmpty();
  }

  @Test
  void whoDoesNotLeaveIsKilledWhenTheGraceIsOver() throws InterruptedException {
    signals.deafToTerm.add(100L);
    TreeOutcome outcome = stop(GRACE, TIMEOUT);
    assertThat(outcome.killed()).isTrue();
    assertThat(outcome.alive()).isEmpty();
    assertThat(signals.sent).containsExactlyInAnyOrder("TERM 100", "TERM 101", "KILL 100");
    assertThat(time.passed()).isEqualTo(GRACE);
  }

  @Test
  void aGraceOfZeroKillsAtOnce() throws InterruptedException {
    TreeOutcome outcome = stop(Duration.ZERO, TIMEOUT);
    assertThat(outcome.killed()).isTrue();
    assertThat(signals.sent).containsExactlyInAnyOrder("KILL 100", "KILL 101");
  }

  @Test
  void theTimeoutHoldsAndTheUnkillableIsNamed() throws InterruptedException {
    signals.immortal.add(101L);
    TreeOutcome outcome = stop(GRACE, TIMEOUT);
    assertThat(outcome.killed()).isTrue();
    assertThat(outcome.alive()).extracting(ProcessEntry::pid).containsExactly(101L);
    assertThat(time.passed()).isEqualTo(TIMEOUT);
  }

  @Test
  void aGraceBeyondTheTimeoutEndsWithTheTimeoutAndStillKills() throws InterruptedException {
    signals.deafToTerm.add(100L);
    TreeOutcome outcome = stop(GRACE, Duration.ofSeconds(2));
    assertThat(signals.sent).contains("KILL 100");
    assertThat(outcome.alive()).isEmpty();
    assertThat(time.passed()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void whoIsBornDuringTheGraceIsAskedToo() throws InterruptedException {
    signals.onKill(
        entry -> {
          if (entry.pid() == 101) {
            table.add(102, 100, 100);
          }
        });
    table.cookie(101, DIRECTORY);
    TreeOutcome outcome = stop(GRACE, TIMEOUT);
    assertThat(outcome.killed()).isFalse();
    assertThat(outcome.alive()).isEmpty();
    assertThat(signals.sent).contains("TERM 102");
  }

  @Test
  void theGroupIsKilledAtOnceWhenSomebodyForkedThroughTheFirstRound() throws InterruptedException {
    signals.onKill(
        entry -> {
          if (entry.pid() < 120) {
            table.add(entry.pid() + 10, 1, 100);
          }
        });
    TreeOutcome outcome = stop(Duration.ZERO, TIMEOUT);
    assertThat(outcome.alive()).isEmpty();
    assertThat(signals.sent).contains("KILL -100");
  }

  @Test
  void whoWasStoppedIsContinuedAfterItWasAsked() throws InterruptedException {
    table.state(100, 'T');
    signals.deafToTerm.add(100L);
    TreeOutcome outcome = stop(Signal.TERM, GRACE, TIMEOUT);
    assertThat(outcome.alive()).isEmpty();
    assertThat(signals.sent).containsSubsequence("TERM 100", "CONT 100", "KILL 100");
    assertThat(signals.sent).doesNotContain("CONT 101");
  }

  @Test
  void theSignalThatAsksMayBeAnother() throws InterruptedException {
    TreeOutcome outcome = stop(Signal.INT, GRACE, TIMEOUT);
    assertThat(outcome.alive()).isEmpty();
    assertThat(signals.sent).contains("INT 100", "INT 101", "KILL 100", "KILL 101");
  }

  @Test
  void anInterruptEndsTheWait() {
    signals.deafToTerm.add(100L);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> stop(GRACE, TIMEOUT)).isInstanceOf(InterruptedException.class);
    assertThat(signals.sent).doesNotContain("KILL 100");
  }

  @Test
  void aRelativeDirectoryAndNegativeTimesAreRefused() {
    assertThatThrownBy(() -> request(Path.of("here"), GRACE, TIMEOUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("directory (here) must be absolute");
    assertThatThrownBy(() -> request(DIRECTORY, GRACE.negated(), TIMEOUT))
        .hasMessage("grace (PT-10S) must not be negative");
    assertThatThrownBy(() -> request(DIRECTORY, GRACE, TIMEOUT.negated()))
        .hasMessage("timeout (PT-15S) must not be negative");
  }

  private static TreeRequest request(Path directory, Duration grace, Duration timeout) {
    return new TreeRequest(directory, Optional.empty(), Signal.TERM, grace, timeout);
  }
}
