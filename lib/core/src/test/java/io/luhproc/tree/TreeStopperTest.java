package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.testing.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the phases of a stop, in virtual time and with recorded signals. */
class TreeStopperTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/indexer-0123456789ab");
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final FakeProcessTable table = new FakeProcessTable();
  private final RecordingSignalSender signals = new RecordingSignalSender(table);
  private final VirtualTime time = new VirtualTime();

  @BeforeEach
  void addTreeOfTwo() {
    table.add(1, 0, 1);
    table.add(100, 1, 100);
    table.setMarker(100, DIRECTORY);
    table.add(101, 100, 100);
  }

  private StopTreeResult stop(Duration grace, Duration timeout) throws InterruptedException {
    return stop(Signal.TERM, grace, timeout);
  }

  private StopTreeResult stop(Signal signal, Duration grace, Duration timeout)
      throws InterruptedException {
    return new TreeStopper(table, signals, time)
        .stop(new StopTreeRequest(DIRECTORY, Optional.empty(), signal, grace, timeout));
  }

  @Test
  void allMembersAreSignalledAndNoneKilledWhenAllExit() throws InterruptedException {
    StopTreeResult result = stop(GRACE, TIMEOUT);
    assertThat(result.found()).isTrue();
    assertThat(result.killed()).isFalse();
    assertThat(result.alive()).isEmpty();
    assertThat(signals.sent).containsExactlyInAnyOrder("TERM 100", "TERM 101");
    assertThat(time.elapsed()).isZero();
  }

  @Test
  void parentIsSignalledBeforeChildWithLowerPid() throws InterruptedException {
    table.add(50, 101, 100);
    StopTreeResult ignored = stop(GRACE, TIMEOUT);
    assertThat(signals.sent).containsExactly("TERM 100", "TERM 101", "TERM 50");
  }

  @Test
  void parentIsSignalledBeforeChildrenOfTheSameTick() throws InterruptedException {
    table.addInSameTick(50, 101, 100);
    table.addInSameTick(40, 50, 100);
    table.addInSameTick(48, 40, 100);
    StopTreeResult ignored = stop(GRACE, TIMEOUT);
    assertThat(signals.sent)
        .containsExactly("TERM 100", "TERM 101", "TERM 50", "TERM 40", "TERM 48");
  }

  @Test
  void emptyTreeIsNotFound() throws InterruptedException {
    table.exit(100);
    table.exit(101);
    StopTreeResult result = stop(GRACE, TIMEOUT);
    assertThat(result.found()).isFalse();
    assertThat(signals.sent).isEmpty();
  }

  @Test
  void survivorIsKilledWhenGraceExpires() throws InterruptedException {
    signals.ignoringTerm.add(100L);
    StopTreeResult result = stop(GRACE, TIMEOUT);
    assertThat(result.killed()).isTrue();
    assertThat(result.alive()).isEmpty();
    assertThat(signals.sent).containsExactlyInAnyOrder("TERM 100", "TERM 101", "KILL 100");
    assertThat(time.elapsed()).isEqualTo(GRACE);
  }

  @Test
  void zeroGraceKillsImmediately() throws InterruptedException {
    StopTreeResult result = stop(Duration.ZERO, TIMEOUT);
    assertThat(result.killed()).isTrue();
    assertThat(signals.sent).containsExactlyInAnyOrder("KILL 100", "KILL 101");
  }

  @Test
  void unkillableProcessIsReportedAtTimeout() throws InterruptedException {
    signals.unkillable.add(101L);
    StopTreeResult result = stop(GRACE, TIMEOUT);
    assertThat(result.killed()).isTrue();
    assertThat(result.alive()).extracting(ProcessStat::pid).containsExactly(101L);
    assertThat(time.elapsed()).isEqualTo(TIMEOUT);
  }

  @Test
  void graceLongerThanTimeoutIsCutAndStillKills() throws InterruptedException {
    signals.ignoringTerm.add(100L);
    StopTreeResult result = stop(GRACE, Duration.ofSeconds(2));
    assertThat(signals.sent).contains("KILL 100");
    assertThat(result.alive()).isEmpty();
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void processForkedDuringGraceIsSignalled() throws InterruptedException {
    signals.onTermination(
        process -> {
          if (process.pid() == 101) {
            table.add(102, 100, 100);
          }
        });
    table.setMarker(101, DIRECTORY);
    StopTreeResult result = stop(GRACE, TIMEOUT);
    assertThat(result.killed()).isFalse();
    assertThat(result.alive()).isEmpty();
    assertThat(signals.sent).contains("TERM 102");
  }

  @Test
  void processGroupIsKilledWhenMemberForkedDuringKill() throws InterruptedException {
    signals.onTermination(
        process -> {
          if (process.pid() < 120) {
            table.add(process.pid() + 10, 1, 100);
          }
        });
    StopTreeResult result = stop(Duration.ZERO, TIMEOUT);
    assertThat(result.alive()).isEmpty();
    assertThat(signals.sent).contains("KILL -100");
  }

  @Test
  void parentThatWaitsForItsStoppedChildIsContinuedToo() throws InterruptedException {
    table.blockWithStopPending(100);
    table.setState(101, 'D');
    signals.ignoringTerm.add(100L);
    StopTreeResult result = stop(Signal.TERM, GRACE, TIMEOUT);
    assertThat(result.alive()).isEmpty();
    assertThat(signals.sent).containsSubsequence("TERM 100", "CONT 100", "KILL 100");
    assertThat(signals.sent).doesNotContain("CONT 101");
  }

  @Test
  void stoppedProcessIsContinuedAfterStopSignal() throws InterruptedException {
    table.setState(100, 'T');
    signals.ignoringTerm.add(100L);
    StopTreeResult result = stop(Signal.TERM, GRACE, TIMEOUT);
    assertThat(result.alive()).isEmpty();
    assertThat(signals.sent).containsSubsequence("TERM 100", "CONT 100", "KILL 100");
    assertThat(signals.sent).doesNotContain("CONT 101");
  }

  @Test
  void configuredStopSignalIsSent() throws InterruptedException {
    StopTreeResult result = stop(Signal.INT, GRACE, TIMEOUT);
    assertThat(result.alive()).isEmpty();
    assertThat(signals.sent).contains("INT 100", "INT 101", "KILL 100", "KILL 101");
  }

  @Test
  void interruptEndsWait() {
    signals.ignoringTerm.add(100L);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> stop(GRACE, TIMEOUT)).isInstanceOf(InterruptedException.class);
    assertThat(signals.sent).doesNotContain("KILL 100");
  }

  @Test
  void relativeDirectoryAndNegativeDurationsAreRejected() {
    assertThatThrownBy(() -> request(Path.of("here"), GRACE, TIMEOUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("directory (here) must be absolute");
    assertThatThrownBy(() -> request(DIRECTORY, GRACE.negated(), TIMEOUT))
        .hasMessage("grace (PT-10S) must not be negative");
    assertThatThrownBy(() -> request(DIRECTORY, GRACE, TIMEOUT.negated()))
        .hasMessage("timeout (PT-15S) must not be negative");
  }

  private static StopTreeRequest request(Path directory, Duration grace, Duration timeout) {
    return new StopTreeRequest(directory, Optional.empty(), Signal.TERM, grace, timeout);
  }
}
