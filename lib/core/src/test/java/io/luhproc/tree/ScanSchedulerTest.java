package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
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

/** Tests how trees share scans, in virtual time and with recorded signals. */
class ScanSchedulerTest {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Duration TICK = Duration.ofMillis(1);

  private final FakeProcessTable rows = new FakeProcessTable();
  private final CountingProcessTable table = new CountingProcessTable(rows);
  private final RecordingSignalSender signals = new RecordingSignalSender(rows);
  private final VirtualTime time = new VirtualTime();
  private final VirtualTimers timers = new VirtualTimers(time);
  private final ScanScheduler scheduler = new ScanScheduler(table, time, timers);

  @BeforeEach
  void addInit() {
    rows.add(1, 0, 1);
  }

  private static Path directory(long root) {
    return Path.of("/tmp/luhproc/service-" + root);
  }

  /** Adds a root and a child in its own session. Returns the identity of the root. */
  private ProcessIdentity addTree(long root) {
    rows.add(root, 1, root);
    rows.setMarker(root, directory(root));
    rows.add(root + 1, root, root + 1);
    return rows.identity(root);
  }

  private CompletableFuture<StopTreeResult> stop(ProcessIdentity root) {
    return stop(root, GRACE);
  }

  private CompletableFuture<StopTreeResult> stop(ProcessIdentity root, Duration grace) {
    TreeScope scope = TreeScope.of(directory(root.pid()), Optional.of(root));
    return stop(new StopTreeRequest(scope, Signal.TERM, grace, TIMEOUT));
  }

  private CompletableFuture<StopTreeResult> stop(StopTreeRequest request) {
    CompletableFuture<StopTreeResult> future = new CompletableFuture<>();
    scheduler.add(new StopTreeTask(request, table, signals, time), future);
    return future;
  }

  private static ProcessIdentity exited(long pid) {
    return new ProcessIdentity(pid, 1, FakeProcessTable.BOOT_ID);
  }

  @Test
  void stopOfEmptyTreeTakesOneScan() {
    CompletableFuture<StopTreeResult> stop = stop(exited(100));
    scheduler.runDue();
    assertThat(stop).isCompletedWithValue(new StopTreeResult(false, false, List.of()));
    assertThat(table.scans()).isEqualTo(1);
    assertThat(timers.size()).isZero();
  }

  @Test
  void cooldownAfterSlowScanIsCapped() {
    table.onScan(() -> time.advance(Duration.ofSeconds(20)));
    CompletableFuture<StopTreeResult> slow = stop(exited(100));
    scheduler.runDue();
    assertThat(slow).isDone();
    table.onScan(() -> {});
    CompletableFuture<StopTreeResult> next = stop(exited(101));
    scheduler.runDue();
    assertThat(next).isNotDone();
    timers.advance(Duration.ofMillis(200));
    assertThat(next).isDone();
  }

  @Test
  void concurrentStopsShareOneScan() {
    List<CompletableFuture<StopTreeResult>> stops = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      addTree(1000 + 10 * i);
      stops.add(stop(exited(5000 + i)));
    }
    scheduler.runDue();
    assertThat(stops).allMatch(CompletableFuture::isDone);
    assertThat(table.scans()).isEqualTo(1);
    assertThat(signals.sent).isEmpty();
  }

  @Test
  void nextScanReadsOnlyEnvironmentsOfNewProcesses() {
    addTree(100);
    CompletableFuture<StopTreeResult> first = stop(exited(5000));
    scheduler.runDue();
    int read = table.environmentReads.get();
    rows.add(300, 1, 300);
    CompletableFuture<StopTreeResult> second = stop(exited(5001));
    scheduler.runDue();
    assertThat(List.of(first, second)).allMatch(CompletableFuture::isDone);
    assertThat(read).isEqualTo(2);
    assertThat(table.environmentReads.get() - read).as("reads after the first scan").isEqualTo(1);
  }

  @Test
  void treesThatExitOnSignalShareTwoScans() {
    List<CompletableFuture<StopTreeResult>> stops = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      stops.add(stop(addTree(1000 + 10 * i)));
    }
    scheduler.runDue();
    timers.advance(TICK);
    assertThat(stops)
        .allMatch(stop -> stop.getNow(null).equals(new StopTreeResult(true, false, List.of())));
    assertThat(table.scans()).isEqualTo(2);
  }

  /**
   * A child that a shell has just forked has the handlers of the shell until it executes its
   * program, and loses a SIGTERM that arrives before. It lived until the grace period was over.
   */
  @Test
  void signalLostBetweenForkAndExecIsRepeated() {
    ProcessIdentity root = addTree(100);
    rows.add(102, 100, 100);
    signals.ignoringTerm.add(102L);
    CompletableFuture<StopTreeResult> stop = stop(root);
    scheduler.runDue();
    timers.advance(Duration.ofMillis(500));
    assertThat(stop).isNotDone();
    rows.exec(102, directory(100));
    signals.ignoringTerm.remove(102L);
    timers.advance(Duration.ofMillis(50));
    assertThat(stop.getNow(null)).isEqualTo(new StopTreeResult(true, false, List.of()));
    assertThat(signals.sent)
        .containsExactlyInAnyOrder("TERM 100", "TERM 101", "TERM 102", "TERM 102");
  }

  @Test
  void programExecutedOnSignalByRootOrSessionLeaderIsNotSignalledAgain() {
    ProcessIdentity root = addTree(100);
    signals.ignoringTerm.addAll(List.of(100L, 101L));
    CompletableFuture<StopTreeResult> stop = stop(root);
    scheduler.runDue();
    rows.exec(100, directory(100));
    timers.advance(Duration.ofMillis(500));
    rows.exit(100);
    rows.exec(101, directory(100));
    timers.advance(Duration.ofMillis(500));
    rows.exit(101);
    timers.advance(Duration.ofMillis(50));
    assertThat(stop).isDone();
    assertThat(signals.sent).containsExactlyInAnyOrder("TERM 100", "TERM 101");
  }

  @Test
  void otherMembersAreNotSignalledAgainWhenOneLostTheSignal() {
    ProcessIdentity root = addTree(100);
    rows.add(102, 100, 100);
    signals.ignoringTerm.addAll(List.of(101L, 102L));
    CompletableFuture<StopTreeResult> stop = stop(root);
    scheduler.runDue();
    rows.exec(102, directory(100));
    timers.advance(Duration.ofSeconds(1));
    rows.exit(101);
    timers.advance(Duration.ofSeconds(1));
    assertThat(stop).isNotDone();
    assertThat(signals.sent)
        .containsExactlyInAnyOrder("TERM 100", "TERM 101", "TERM 102", "TERM 102");
  }

  @Test
  void gracePeriodPollsOnlyOneMember() {
    ProcessIdentity root = addTree(100);
    for (long pid = 200; pid < 300; pid++) {
      rows.add(pid, 1, pid);
    }
    signals.ignoringTerm.addAll(List.of(100L, 101L));
    CompletableFuture<StopTreeResult> stop = stop(root);
    scheduler.runDue();
    int before = table.rowReads.get();
    timers.advance(GRACE.minus(TICK));
    assertThat(table.scans()).isEqualTo(1);
    assertThat(table.rowReads.get() - before).isBetween(100, 1100);
    timers.advance(TICK.multipliedBy(3));
    assertThat(stop.getNow(null)).isEqualTo(new StopTreeResult(true, true, List.of()));
    assertThat(table.scans()).isEqualTo(3);
    assertThat(signals.sent).containsOnlyOnce("KILL 100", "KILL 101");
  }

  @Test
  void eachTreeHasOwnGracePeriod() {
    ProcessIdentity withGrace = addTree(100);
    ProcessIdentity withoutGrace = addTree(200);
    signals.ignoringTerm.addAll(List.of(100L, 200L));
    CompletableFuture<StopTreeResult> first = stop(withGrace, Duration.ofSeconds(5));
    CompletableFuture<StopTreeResult> second = stop(withoutGrace, Duration.ZERO);
    scheduler.runDue();
    timers.advance(TICK);
    assertThat(second).isDone();
    timers.advance(Duration.ofMillis(4998));
    assertThat(first).isNotDone();
    timers.advance(TICK.multipliedBy(2));
    assertThat(first).isDone();
  }

  @Test
  void processForkedBeforeKillIsFoundByNextScan() {
    ProcessIdentity root = addTree(100);
    signals.onTermination(
        process -> {
          if (process.pid() < 130) {
            rows.add(process.pid() + 10, process.pid(), 100);
          }
        });
    CompletableFuture<StopTreeResult> stop = stop(root, Duration.ZERO);
    scheduler.runDue();
    timers.advance(Duration.ofSeconds(1));
    assertThat(stop.getNow(null).alive()).isEmpty();
    assertThat(signals.sent).contains("KILL 110", "KILL 111", "KILL -100");
  }

  @Test
  void scansTakeAtMostHalfOfTheTime() {
    table.onScan(() -> time.advance(Duration.ofMillis(10)));
    CompletableFuture<StopTreeResult> first = stop(exited(5000));
    scheduler.runDue();
    assertThat(first).isDone();
    CompletableFuture<StopTreeResult> second = stop(exited(5001));
    scheduler.runDue();
    assertThat(second).isNotDone();
    timers.advance(Duration.ofMillis(9));
    CompletableFuture<StopTreeResult> third = stop(exited(5002));
    scheduler.runDue();
    timers.advance(TICK);
    assertThat(List.of(second, third)).allMatch(CompletableFuture::isDone);
    assertThat(table.scans()).isEqualTo(2);
  }

  @Test
  void cancelledStopSendsNoMoreSignals() {
    ProcessIdentity root = addTree(100);
    signals.ignoringTerm.add(100L);
    CompletableFuture<StopTreeResult> stop = stop(root);
    scheduler.runDue();
    stop.cancel(false);
    timers.advance(TIMEOUT);
    assertThat(signals.sent).doesNotContain("KILL 100");
    assertThat(timers.size()).isZero();
  }

  @Test
  void unreadableTableIsRetriedUntilTimeout() {
    boolean[] broken = {true};
    table.onScan(
        () -> {
          if (broken[0]) {
            throw new LuhprocException("cannot list /proc");
          }
        });
    CompletableFuture<StopTreeResult> longTimeout = stop(exited(5000));
    TreeScope scope = TreeScope.of(directory(5001), Optional.empty());
    CompletableFuture<StopTreeResult> shortTimeout =
        stop(new StopTreeRequest(scope, Signal.TERM, GRACE, Duration.ofMillis(80)));
    scheduler.runDue();
    timers.advance(Duration.ofMillis(120));
    assertThat(shortTimeout)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("cannot list /proc");
    assertThat(longTimeout).isNotDone();
    broken[0] = false;
    timers.advance(Duration.ofMillis(50));
    assertThat(longTimeout).isDone();
  }

  @Test
  void failureOfOneTreeDoesNotAffectOthers() {
    ProcessIdentity root = addTree(100);
    TreeScope broken =
        TreeScope.of(directory(5000), Optional.empty()).withContainer(new FailingContainer());
    CompletableFuture<StopTreeResult> failing =
        stop(new StopTreeRequest(broken, Signal.TERM, GRACE, TIMEOUT));
    CompletableFuture<StopTreeResult> stop = stop(root);
    scheduler.runDue();
    timers.advance(TICK);
    assertThat(stop.getNow(null).alive()).isEmpty();
    assertThat(failing).isNotDone();
    timers.advance(TIMEOUT.plusMillis(50));
    assertThat(failing).isCompletedExceptionally();
    assertThat(table.scans()).as("one scan every 50 ms").isBetween(200, 320);
  }

  @Test
  void scanIsRetriedAfterFailureBetweenSignals() {
    ProcessIdentity root = addTree(100);
    List<Long> reached = new ArrayList<>();
    signals.onTermination(
        process -> {
          reached.add(process.pid());
          if (reached.size() == 1) {
            throw new LuhprocException("cannot open /proc/100/stat");
          }
        });
    CompletableFuture<StopTreeResult> stop = stop(root);
    scheduler.runDue();
    assertThat(reached).hasSize(1);
    timers.advance(Duration.ofMillis(51));
    assertThat(stop.getNow(null)).isEqualTo(new StopTreeResult(true, false, List.of()));
    assertThat(reached).hasSize(3);
  }

  @Test
  void errorFailsOnlyItsOwnTree() {
    ProcessIdentity bad = addTree(100);
    ProcessIdentity good = addTree(200);
    signals.onTermination(
        process -> {
          if (process.pid() < 200) {
            throw new AssertionError("expected by this test");
          }
        });
    CompletableFuture<StopTreeResult> failing = stop(bad);
    CompletableFuture<StopTreeResult> stop = stop(good);
    scheduler.runDue();
    timers.advance(TICK);
    assertThat(failing).isCompletedExceptionally();
    assertThat(stop.getNow(null).alive()).isEmpty();
  }

  private CompletableFuture<List<String>> signal(ProcessIdentity root, Signal signal) {
    CompletableFuture<List<String>> future = new CompletableFuture<>();
    TreeScope scope = TreeScope.of(directory(root.pid()), Optional.of(root));
    Deadline end = Deadline.after(time, TIMEOUT);
    scheduler.add(
        new SignalTreeTask(new TreeTracker(table, scope, 5), signal, signals, end), future);
    return future;
  }

  @Test
  void signalToTreeTakesOneScan() {
    ProcessIdentity root = addTree(100);
    ProcessIdentity other = addTree(200);
    CompletableFuture<List<String>> signalled = signal(root, Signal.USR1);
    scheduler.runDue();
    assertThat(signalled).isCompletedWithValue(List.of());
    assertThat(signals.sent).containsExactlyInAnyOrder("USR1 100", "USR1 101");
    assertThat(rows.isAlive(other)).isTrue();
    assertThat(table.scans()).isEqualTo(1);
  }

  @Test
  void sigstopCompletesWhenAllMembersAreStopped() {
    CompletableFuture<List<String>> stopped = signal(addTree(100), Signal.STOP);
    scheduler.runDue();
    rows.setState(100, 'T');
    timers.advance(TICK);
    assertThat(stopped).isNotDone();
    rows.setState(101, 'T');
    timers.advance(Duration.ofMillis(50));
    assertThat(stopped).isCompletedWithValue(List.of());
  }

  /** A shell in vfork(2) cannot stop while its child is stopped. */
  @Test
  void parentThatWaitsForItsStoppedChildCountsAsStopped() {
    CompletableFuture<List<String>> stopped = signal(addTree(100), Signal.STOP);
    scheduler.runDue();
    rows.blockWithStopPending(100);
    rows.setState(101, 'T');
    timers.advance(Duration.ofMillis(50));
    assertThat(stopped).isCompletedWithValue(List.of());
    assertThat(signals.sent).containsOnlyOnce("STOP 100");
  }

  @Test
  void processThatWaitsForDiskIsSentSigstop() {
    ProcessIdentity root = addTree(100);
    rows.setState(100, 'D');
    CompletableFuture<List<String>> stopped = signal(root, Signal.STOP);
    scheduler.runDue();
    assertThat(signals.sent).contains("STOP 100", "STOP 101");
    assertThat(stopped).isNotDone();
  }

  @Test
  void processThatDoesNotStopIsReportedAtTimeout() {
    CompletableFuture<List<String>> stopped = signal(addTree(100), Signal.STOP);
    rows.setState(100, 'T');
    scheduler.runDue();
    timers.advance(TIMEOUT.plus(TICK));
    assertThat(stopped).isCompletedWithValue(List.of("101 (p101) did not stop"));
  }

  /** Fails like a cgroup file system that has been unmounted. */
  private static final class FailingContainer implements ProcessContainer {
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
