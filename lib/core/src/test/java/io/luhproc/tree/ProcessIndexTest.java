package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that scans by an index read little and find what a scan of all processes finds. */
class ProcessIndexTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/indexer-0123456789ab");
  private static final LimitMarker LIMIT = LimitMarker.fromRandomBits(7);
  private static final LimitMarker OTHER_LIMIT = LimitMarker.fromRandomBits(8);
  private static final long ROOT = 5000;
  private static final int BYSTANDERS = 3000;

  private final FakeProcessTable rows = new FakeProcessTable();
  private final CountingProcessTable table = new CountingProcessTable(rows);
  private final VirtualTime time = new VirtualTime();
  private final FakePidCounter counter = rows.addPidCounter();
  private final SnapshotSource snapshots = new SnapshotSource(table, time);
  private ProcessIdentity root;
  private TreeTracker tree;

  @BeforeEach
  void addTreeAmongBystanders() {
    rows.add(1, 0, 1);
    for (int i = 0; i < BYSTANDERS; i++) {
      rows.add(1000 + i, 1, 1000 + i);
    }
    root = addRoot(ROOT);
    tree = new TreeTracker(table, scope(), 60);
  }

  private ProcessIdentity addRoot(long pid) {
    rows.add(pid, 1, pid);
    rows.setMarker(pid, DIRECTORY);
    rows.setLimit(pid, LIMIT);
    return rows.identity(pid);
  }

  private TreeScope scope() {
    return TreeScope.of(DIRECTORY, Optional.of(root)).withLimitMarker(LIMIT);
  }

  private ProcessSnapshot snapshot() {
    return snapshots.take(true, Long.MIN_VALUE, Deadline.after(time, Duration.ZERO));
  }

  private List<Long> members() {
    return members(snapshot());
  }

  private List<Long> members(ProcessSnapshot snapshot) {
    return tree.liveMembers(snapshot).stream().map(ProcessStat::pid).sorted().toList();
  }

  /** Runs a scan and returns the number of rows that it reads. */
  private int readsOf(Runnable scan) {
    int before = table.rowReads.get() + table.environmentReads.get();
    scan.run();
    return table.rowReads.get() + table.environmentReads.get() - before;
  }

  private void member(long pid, long parentPid, long sessionId) {
    rows.add(pid, parentPid, sessionId);
    rows.setLimit(pid, LIMIT);
  }

  @Test
  void secondScanReadsOnlyCandidates() {
    assertThat(readsOf(this::members)).isGreaterThan(2 * BYSTANDERS);
    time.advance(Duration.ofMinutes(1));
    assertThat(members()).containsExactly(ROOT);
    int listings = table.listings.get();
    assertThat(readsOf(() -> assertThat(members()).containsExactly(ROOT))).isLessThan(10);
    rows.exit(ROOT);
    rows.add(5005, 1, 5005);
    assertThat(readsOf(() -> assertThat(members()).isEmpty())).isLessThan(30);
    assertThat(table.listings).hasValue(listings);
  }

  @Test
  void processesOlderThanTreeHaveNoMarkersRead() {
    snapshots.take(true, root.startTicks(), Deadline.after(time, Duration.ZERO));
    assertThat(table.environmentReads).hasValue(1);
    assertThat(members()).containsExactly(ROOT);
    assertThat(table.environmentReads.get()).isGreaterThan(BYSTANDERS);
  }

  @Test
  void membersThatStartBetweenScansAreFound() {
    assertThat(members()).containsExactly(ROOT);
    rows.exit(ROOT);
    member(5001, 1, 5001);
    rows.add(5002, 5001, 5002);
    rows.add(5003, 1, 5001);
    rows.add(5004, 1, 5004);
    assertThat(members()).containsExactly(5001L, 5002L, 5003L);
  }

  @Test
  void processThatIsAllocatedBeforeItAppearsIsFound() {
    assertThat(members()).containsExactly(ROOT);
    counter.allocate(5001);
    assertThat(members()).containsExactly(ROOT);
    time.advance(Duration.ofMinutes(1));
    member(5001, 1, 5001);
    rows.exit(ROOT);
    assertThat(members()).containsExactly(5001L);
  }

  @Test
  void memberThatForksAndExitsDuringScanIsFollowed() {
    assertThat(members()).containsExactly(ROOT);
    ProcessSnapshot snapshot = snapshot();
    for (long pid = ROOT + 1; pid < ROOT + 10; pid++) {
      rows.exit(pid - 1);
      member(pid, 1, pid);
    }
    assertThat(members(snapshot)).containsExactly(ROOT + 9);
  }

  @Test
  void memberThatLeavesSessionIsFound() {
    member(5001, ROOT, ROOT);
    assertThat(members()).containsExactly(ROOT, 5001L);
    rows.move(5001, 1, 5001, 5001);
    rows.add(5002, 1, 5001);
    rows.exit(ROOT);
    assertThat(members()).containsExactly(5001L, 5002L);
  }

  @Test
  void orphanAdoptedBySubreaperIsMember() {
    rows.add(5001, 1, 5001);
    rows.add(5002, 5001, 5002);
    assertThat(members()).containsExactly(ROOT);
    rows.exit(5001);
    rows.move(5002, ROOT, 5002, 5002);
    assertThat(members()).containsExactly(ROOT, 5002L);
  }

  @Test
  void nestedWorkerSeenBeforeItsExecIsDropped() {
    member(5001, ROOT, 5001);
    assertThat(members()).containsExactly(ROOT, 5001L);
    rows.exec(5001, "/tmp/luhproc/other-0123456789ab");
    rows.setLimit(5001, OTHER_LIMIT);
    assertThat(members()).containsExactly(ROOT);
  }

  @Test
  void pidReusedAfterWrapIsReadAgain() {
    assertThat(members()).containsExactly(ROOT);
    rows.exit(1500);
    rows.exit(ROOT);
    member(1500, 1, 1500);
    assertThat(members()).containsExactly(1500L);
  }

  @Test
  void pidReusedAfterWholeCycleIsReadAgain() {
    assertThat(members()).containsExactly(ROOT);
    time.advance(Duration.ofMinutes(1));
    rows.exit(1500);
    rows.exit(ROOT);
    member(1500, 1, 1500);
    rows.add(5001, 1, 5001);
    assertThat(members()).containsExactly(1500L);
  }

  @Test
  void largeRangeIsListed() {
    assertThat(members()).containsExactly(ROOT);
    int before = table.listings.get();
    rows.exit(ROOT);
    member(20_000, 1, 20_000);
    assertThat(readsOf(() -> assertThat(members()).containsExactly(20_000L))).isLessThan(20);
    assertThat(table.listings.get() - before).isBetween(1, 2);
  }

  @Test
  void foreignProcessInGroupKeepsItFromBeingKilled() {
    member(5001, ROOT, ROOT);
    assertThat(members()).containsExactly(ROOT, 5001L);
    rows.add(5002, ROOT, ROOT);
    rows.setLimit(5002, OTHER_LIMIT);
    assertThat(members()).containsExactly(ROOT, 5001L);
    assertThat(tree.exclusiveGroups()).isEmpty();
  }

  @Test
  void exitedProcessesAreForgotten() {
    ProcessIndex index = new ProcessIndex(table, new TreeMarkerCache(), counter, time);
    assertThat(index.update(0).anyNew()).isTrue();
    assertThat(index.size()).isEqualTo(BYSTANDERS + 2);
    for (long pid = 1000; pid < 1000 + BYSTANDERS; pid++) {
      rows.exit(pid);
    }
    // Short-lived processes that were alive when they were first seen.
    for (long pid = 6000; pid < 20_000; pid++) {
      rows.add(pid, 1, pid);
      assertThat(index.update(0).anyNew()).isTrue();
      rows.exit(pid);
      assertThat(index.size()).isLessThan(3 * BYSTANDERS);
    }
  }

  @Test
  void failedScanIsRepeatedAsWhole() {
    boolean[] broken = {true};
    table.onScan(
        () -> {
          if (broken[0]) {
            throw new LuhprocException("cannot open /proc/1/stat");
          }
        });
    assertThatThrownBy(this::members).isInstanceOf(LuhprocException.class);
    broken[0] = false;
    assertThat(members()).containsExactly(ROOT);
  }

  @Test
  void treeIsStoppedByIndex() throws InterruptedException {
    member(5001, 1, 5001);
    member(5002, 1, 5002);
    RecordingSignalSender signals = new RecordingSignalSender(rows);
    signals.ignoringTerm.add(5002L);
    signals.onTermination(
        process -> {
          if (process.pid() == 5001) {
            member(5003, 1, 5003);
          }
        });
    Duration grace = Duration.ofSeconds(1);
    StopTreeRequest request =
        new StopTreeRequest(scope(), Signal.TERM, grace, Duration.ofSeconds(5));
    StopTreeResult result = new TreeStopper(table, signals, time).stop(request);
    assertThat(result).isEqualTo(new StopTreeResult(true, true, List.of()));
    assertThat(signals.sent)
        .containsExactlyInAnyOrder("TERM 5000", "TERM 5001", "TERM 5002", "KILL 5003", "KILL 5002");
  }
}
