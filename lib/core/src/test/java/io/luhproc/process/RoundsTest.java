package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.LuhprocException;
import io.luhproc.testing.VirtualTime;
import io.luhproc.testing.VirtualTimers;
import io.luhproc.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many trees share a look, in virtual time and with signals that reach nobody. */
class RoundsTest {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Duration TICK = Duration.ofMillis(1);

  private final ScriptedTable rows = new ScriptedTable();
  private final CountingTable table = new CountingTable(rows);
  private final RecordedSignals signals = new RecordedSignals(rows);
  private final VirtualTime time = new VirtualTime();
  private final VirtualTimers timers = new VirtualTimers(time);
  private final Rounds rounds = new Rounds(table, time, timers);

  @BeforeEach
  void addInit() {
    rows.add(1, 0, 1);
  }

  private static Path directory(long root) {
    return Path.of("/tmp/luhproc/service-" + root);
  }

  /** Adds a root and a child in a session of its own; returns who the root is. */
  private ProcessIdentity addTree(long root) {
    rows.add(root, 1, root);
    rows.cookie(root, directory(root));
    rows.add(root + 1, root, root + 1);
    return rows.identity(root);
  }

  private CompletableFuture<TreeOutcome> stop(ProcessIdentity root) {
    return stop(root, GRACE);
  }

  private CompletableFuture<TreeOutcome> stop(ProcessIdentity root, Duration grace) {
    TreeScope scope = TreeScope.of(directory(root.pid()), Optional.of(root));
    return stop(new TreeRequest(scope, Signal.TERM, grace, TIMEOUT));
  }

  private CompletableFuture<TreeOutcome> stop(TreeRequest request) {
    CompletableFuture<TreeOutcome> answer = new CompletableFuture<>();
    rounds.add(new Stopping(request, table, signals, time), answer);
    return answer;
  }

  private static ProcessIdentity dead(long pid) {
    return new ProcessIdentity(pid, 1, ScriptedTable.BOOT);
  }

  @Test
  void aSweepOfNothingIsOneLook() {
    CompletableFuture<TreeOutcome> sweep = stop(dead(100));
    rounds.turn();
    assertThat(sweep).isCompletedWithValue(new TreeOutcome(false, false, List.of()));
    assertThat(table.looks()).isEqualTo(1);
    assertThat(timers.size()).isZero();
  }

  @Test
  void aLookDuringWhichWeWereStoppedKeepsNobodyWaiting() {
    table.onLook(() -> time.advance(Duration.ofSeconds(20)));
    CompletableFuture<TreeOutcome> slow = stop(dead(100));
    rounds.turn();
    assertThat(slow).isDone();
    table.onLook(() -> {});
    CompletableFuture<TreeOutcome> next = stop(dead(101));
    rounds.turn();
    assertThat(next).isNotDone();
    timers.advance(Duration.ofMillis(200));
    assertThat(next).isDone();
  }

  @Test
  void aHundredSweepsAreOneLook() {
    List<CompletableFuture<TreeOutcome>> sweeps = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      addTree(1000 + 10 * i);
      sweeps.add(stop(dead(5000 + i)));
    }
    rounds.turn();
    assertThat(sweeps).allMatch(CompletableFuture::isDone);
    assertThat(table.looks()).isEqualTo(1);
    assertThat(signals.sent).isEmpty();
  }

  @Test
  void theNextSweepReadsTheEnvironmentOfNobodyAgain() {
    addTree(100);
    CompletableFuture<TreeOutcome> first = stop(dead(5000));
    rounds.turn();
    int read = table.environments.get();
    rows.add(300, 1, 300);
    CompletableFuture<TreeOutcome> second = stop(dead(5001));
    rounds.turn();
    assertThat(List.of(first, second)).allMatch(CompletableFuture::isDone);
    assertThat(read).isEqualTo(2);
    assertThat(table.environments.get() - read).as("only of the newcomer").isEqualTo(1);
  }

  @Test
  void treesThatLeaveWhenAskedAreTwoLooksTogether() {
    List<CompletableFuture<TreeOutcome>> stops = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      stops.add(stop(addTree(1000 + 10 * i)));
    }
    rounds.turn();
    timers.advance(TICK);
    assertThat(stops)
        .allMatch(it -> it.getNow(null).equals(new TreeOutcome(true, false, List.of())));
    assertThat(table.looks()).isEqualTo(2);
  }

  @Test
  void aGraceCostsGlancesAtOneMemberOnly() {
    ProcessIdentity root = addTree(100);
    for (long pid = 200; pid < 300; pid++) {
      rows.add(pid, 1, pid);
    }
    signals.deafToTerm.addAll(List.of(100L, 101L));
    CompletableFuture<TreeOutcome> stop = stop(root);
    rounds.turn();
    int before = table.rows.get();
    timers.advance(GRACE.minus(TICK));
    assertThat(table.looks()).isEqualTo(1);
    assertThat(table.rows.get() - before).isBetween(100, 1100);
    timers.advance(TICK.multipliedBy(3));
    assertThat(stop.getNow(null)).isEqualTo(new TreeOutcome(true, true, List.of()));
    assertThat(table.looks()).isEqualTo(3);
    assertThat(signals.sent).containsOnlyOnce("KILL 100", "KILL 101");
  }

  @Test
  void theGraceOfEachIsItsOwn() {
    ProcessIdentity patient = addTree(100);
    ProcessIdentity impatient = addTree(200);
    signals.deafToTerm.addAll(List.of(100L, 200L));
    CompletableFuture<TreeOutcome> first = stop(patient, Duration.ofSeconds(5));
    CompletableFuture<TreeOutcome> second = stop(impatient, Duration.ZERO);
    rounds.turn();
    timers.advance(TICK);
    assertThat(second).isDone();
    timers.advance(Duration.ofMillis(4998));
    assertThat(first).isNotDone();
    timers.advance(TICK.multipliedBy(2));
    assertThat(first).isDone();
  }

  @Test
  void theTimeoutHoldsAndTheUnkillableIsNamed() {
    ProcessIdentity root = addTree(100);
    signals.immortal.add(101L);
    CompletableFuture<TreeOutcome> stop = stop(root);
    rounds.turn();
    timers.advance(TIMEOUT.minus(TICK));
    assertThat(stop).isNotDone();
    timers.advance(TICK);
    assertThat(stop.getNow(null).alive()).extracting(ProcessEntry::pid).containsExactly(101L);
  }

  @Test
  void whoForkedBetweenLookAndKillIsFoundByTheNextLook() {
    ProcessIdentity root = addTree(100);
    signals.onKill(
        entry -> {
          if (entry.pid() < 130) {
            rows.add(entry.pid() + 10, entry.pid(), 100);
          }
        });
    CompletableFuture<TreeOutcome> stop = stop(root, Duration.ZERO);
    rounds.turn();
    timers.advance(Duration.ofSeconds(1));
    assertThat(stop.getNow(null).alive()).isEmpty();
    assertThat(signals.sent).contains("KILL 110", "KILL 111", "KILL -100");
  }

  @Test
  void looksTakeAtMostHalfOfTheTime() {
    table.onLook(() -> time.advance(Duration.ofMillis(10)));
    CompletableFuture<TreeOutcome> first = stop(dead(5000));
    rounds.turn();
    assertThat(first).isDone();
    CompletableFuture<TreeOutcome> second = stop(dead(5001));
    rounds.turn();
    assertThat(second).isNotDone();
    timers.advance(Duration.ofMillis(9));
    CompletableFuture<TreeOutcome> third = stop(dead(5002));
    rounds.turn();
    timers.advance(TICK);
    assertThat(List.of(second, third)).allMatch(CompletableFuture::isDone);
    assertThat(table.looks()).isEqualTo(2);
  }

  @Test
  void whatIsCalledOffIsLeftAlone() {
    ProcessIdentity root = addTree(100);
    signals.deafToTerm.add(100L);
    CompletableFuture<TreeOutcome> stop = stop(root);
    rounds.turn();
    stop.cancel(false);
    timers.advance(TIMEOUT);
    assertThat(signals.sent).doesNotContain("KILL 100");
    assertThat(timers.size()).isZero();
  }

  @Test
  void aTableThatCannotBeReadIsReadAgainUntilTheTimeIsOver() {
    boolean[] broken = {true};
    table.onLook(
        () -> {
          if (broken[0]) {
            throw new LuhprocException("cannot list /proc");
          }
        });
    CompletableFuture<TreeOutcome> patient = stop(dead(5000));
    TreeScope scope = TreeScope.of(directory(5001), Optional.empty());
    CompletableFuture<TreeOutcome> hasty =
        stop(new TreeRequest(scope, Signal.TERM, GRACE, Duration.ofMillis(80)));
    rounds.turn();
    timers.advance(Duration.ofMillis(120));
    assertThat(hasty)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("cannot list /proc");
    assertThat(patient).isNotDone();
    broken[0] = false;
    timers.advance(Duration.ofMillis(50));
    assertThat(patient).isDone();
  }

  @Test
  void whatFailsForOneTreeChangesNothingForTheOthers() {
    ProcessIdentity root = addTree(100);
    TreeScope broken =
        TreeScope.of(directory(5000), Optional.empty()).confinedTo(new BrokenConfinement());
    CompletableFuture<TreeOutcome> failing =
        stop(new TreeRequest(broken, Signal.TERM, GRACE, TIMEOUT));
    CompletableFuture<TreeOutcome> stop = stop(root);
    rounds.turn();
    timers.advance(TICK);
    assertThat(stop.getNow(null).alive()).isEmpty();
    assertThat(failing).isNotDone();
    timers.advance(TIMEOUT.plusMillis(50));
    assertThat(failing).isCompletedExceptionally();
    assertThat(table.looks()).as("every 50 ms").isBetween(200, 320);
  }

  @Test
  void whatGoesWrongBetweenTwoSignalsIsDoneAgain() {
    ProcessIdentity root = addTree(100);
    List<Long> reached = new ArrayList<>();
    signals.onKill(
        entry -> {
          reached.add(entry.pid());
          if (reached.size() == 1) {
            throw new LuhprocException("cannot open /proc/100/stat");
          }
        });
    CompletableFuture<TreeOutcome> stop = stop(root);
    rounds.turn();
    assertThat(reached).hasSize(1);
    timers.advance(Duration.ofMillis(51));
    assertThat(stop.getNow(null)).isEqualTo(new TreeOutcome(true, false, List.of()));
    assertThat(reached).hasSize(3);
  }

  @Test
  void anErrorFailsOnlyTheTreeThatItCameFrom() {
    ProcessIdentity bad = addTree(100);
    ProcessIdentity good = addTree(200);
    signals.onKill(
        entry -> {
          if (entry.pid() < 200) {
            throw new AssertionError("a mistake of ours");
          }
        });
    CompletableFuture<TreeOutcome> failing = stop(bad);
    CompletableFuture<TreeOutcome> stop = stop(good);
    rounds.turn();
    timers.advance(TICK);
    assertThat(failing).isCompletedExceptionally();
    assertThat(stop.getNow(null).alive()).isEmpty();
  }

  private CompletableFuture<List<String>> signal(ProcessIdentity root, Signal signal) {
    CompletableFuture<List<String>> answer = new CompletableFuture<>();
    TreeScope scope = TreeScope.of(directory(root.pid()), Optional.of(root));
    Deadline end = Deadline.after(time, TIMEOUT);
    rounds.add(new Signalling(new ProcessTree(table, scope, 5), signal, signals, end), answer);
    return answer;
  }

  @Test
  void oneLookIsEnoughToSignalATree() {
    ProcessIdentity root = addTree(100);
    ProcessIdentity other = addTree(200);
    CompletableFuture<List<String>> signalled = signal(root, Signal.USR1);
    rounds.turn();
    assertThat(signalled).isCompletedWithValue(List.of());
    assertThat(signals.sent).containsExactlyInAnyOrder("USR1 100", "USR1 101");
    assertThat(rows.isAlive(other)).isTrue();
    assertThat(table.looks()).isEqualTo(1);
  }

  @Test
  void aTreeIsStoppedWhenAllOfItStandStill() {
    CompletableFuture<List<String>> stopped = signal(addTree(100), Signal.STOP);
    rounds.turn();
    rows.state(100, 'T');
    timers.advance(TICK);
    assertThat(stopped).isNotDone();
    rows.state(101, 'T');
    timers.advance(Duration.ofMillis(50));
    assertThat(stopped).isCompletedWithValue(List.of());
  }

  @Test
  void whoDoesNotStopIsToldAtTheEnd() {
    CompletableFuture<List<String>> stopped = signal(addTree(100), Signal.STOP);
    rows.state(100, 'T');
    rounds.turn();
    timers.advance(TIMEOUT.plus(TICK));
    assertThat(stopped).isCompletedWithValue(List.of("101 (p101) did not stop"));
  }

  /** A cgroup file system that was unmounted. */
  private static final class BrokenConfinement implements Confinement {
    @Override
    public void kill() {
      throw new LuhprocException("no cgroup");
    }

    @Override
    public boolean isPopulated() {
      throw new LuhprocException("no cgroup");
    }

    @Override
    public long[] pids() {
      throw new LuhprocException("no cgroup");
    }
  }
}
