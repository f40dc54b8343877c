package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessStat;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Deadline;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests when the marker of a process is read and how long it is cached. */
class TreeMarkerCacheTest {
  private static final String OWN_DIRECTORY = "/tmp/luhproc/a-0";
  private static final String OTHER_DIRECTORY = "/tmp/luhproc/b-0";

  private final FakeProcessTable table = new FakeProcessTable();
  private final CountingProcessTable counted = new CountingProcessTable(table);
  private final TreeMarkerCache cache = new TreeMarkerCache();

  private String marker(long pid) {
    return directory(table.find(pid).orElseThrow());
  }

  private String directory(ProcessStat process) {
    return cache.get(counted, process).directory();
  }

  @Test
  void markerAndItsAbsenceAreReadOnce() {
    table.add(100, 1, 100);
    table.setMarker(100, OWN_DIRECTORY);
    table.add(101, 1, 101);
    for (int i = 0; i < 3; i++) {
      assertThat(marker(100)).isEqualTo(OWN_DIRECTORY);
      assertThat(marker(101)).isEmpty();
    }
    assertThat(counted.environmentReads).hasValue(2);
  }

  @Test
  void markerIsRereadAfterExec() {
    table.add(100, 1, 100);
    table.setMarker(100, OTHER_DIRECTORY);
    assertThat(marker(100)).isEqualTo(OTHER_DIRECTORY);
    table.exec(100, OWN_DIRECTORY);
    assertThat(marker(100)).isEqualTo(OWN_DIRECTORY);
  }

  @Test
  void markerIsRereadWhenPidIsReused() {
    table.add(100, 1, 100);
    table.setMarker(100, OWN_DIRECTORY);
    assertThat(marker(100)).isEqualTo(OWN_DIRECTORY);
    table.exit(100);
    table.add(100, 1, 100);
    assertThat(marker(100)).isEmpty();
  }

  @Test
  void markerIsRereadWhenStartTicksDiffer() {
    ProcessStat before = table.add(100, 1, 100);
    assertThat(directory(before)).isEmpty();
    table.setMarker(100, OWN_DIRECTORY);
    ProcessStat now = FakeProcessTable.withStartTicks(before, before.startTicks() + 1);
    assertThat(directory(now)).isEqualTo(OWN_DIRECTORY);
  }

  @Test
  void markerIsNotCachedWithoutExecId() {
    ProcessStat known = table.add(100, 1, 100);
    ProcessStat unknown =
        new ProcessStat(100, 1, 100, 100, 'S', known.startTicks(), known.cpuTime(), 4096, 1, "p");
    assertThat(directory(unknown)).isEmpty();
    table.setMarker(100, OWN_DIRECTORY);
    assertThat(directory(unknown)).isEqualTo(OWN_DIRECTORY);
    assertThat(cache.size()).isZero();
  }

  @Test
  void markersOfExitedProcessesAreDropped() {
    ProcessStat left = table.add(100, 1, 100);
    ProcessStat stays = table.add(101, 1, 101);
    assertThat(directory(left)).isEmpty();
    assertThat(directory(stays)).isEmpty();
    cache.retainOnly(Map.of(101L, stays));
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void snapshotDropsMarkersOfMissingProcesses() {
    table.add(100, 1, 100);
    takeSnapshot();
    assertThat(cache.size()).isEqualTo(1);
    table.exit(100);
    takeSnapshot();
    assertThat(cache.size()).isZero();
  }

  private void takeSnapshot() {
    Deadline passed = Deadline.after(new VirtualTime(), Duration.ZERO);
    assertThat(new ProcessSnapshot(counted, cache, Long.MIN_VALUE, passed).find(1)).isEmpty();
  }
}
