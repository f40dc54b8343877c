package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests whether processes older than the root are members of its tree. */
class TreeScopeTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/shop-0123456789ab");

  private final FakeProcessTable rows = new FakeProcessTable();
  private final CountingProcessTable table = new CountingProcessTable(rows);
  private final RecordingSignalSender signals = new RecordingSignalSender(rows);
  private ProcessIdentity root;

  @BeforeEach
  void addLeftoverOfEarlierLaunch() {
    rows.add(1, 0, 1);
    rows.add(90, 1, 90);
    rows.setMarker(90, DIRECTORY);
    rows.add(100, 1, 100);
    rows.setMarker(100, DIRECTORY);
    root = rows.identity(100);
    rows.add(200, 1, 200);
    rows.setMarker(200, DIRECTORY);
    rows.exit(100);
  }

  private StopTreeResult stop(TreeScope scope) throws InterruptedException {
    Duration limit = Duration.ofSeconds(1);
    return new TreeStopper(table, signals, new VirtualTime())
        .stop(new StopTreeRequest(scope, Signal.TERM, limit, limit));
  }

  @Test
  void leftoverOfEarlierLaunchIsStopped() throws InterruptedException {
    assertThat(stop(TreeScope.of(DIRECTORY, Optional.of(root))).found()).isTrue();
    assertThat(signals.sent).containsExactlyInAnyOrder("TERM 90", "TERM 200");
  }

  @Test
  void sinceRootSkipsOlderProcesses() throws InterruptedException {
    assertThat(stop(TreeScope.of(DIRECTORY, Optional.of(root)).sinceRoot()).found()).isTrue();
    assertThat(signals.sent).containsExactly("TERM 200");
    assertThat(table.environmentReads).hasValue(1);
  }

  @Test
  void sinceRootSkipsOlderProcessesInSharedSnapshot() {
    TreeScope scope = TreeScope.of(DIRECTORY, Optional.of(root)).sinceRoot();
    ProcessSnapshot all =
        new FullSnapshot(
            table,
            new TreeMarkerCache(),
            Long.MIN_VALUE,
            Deadline.after(new VirtualTime(), Duration.ZERO));
    assertThat(new TreeTracker(table, scope, 5).liveMembers(all))
        .extracting(ProcessStat::pid)
        .containsExactly(200L);
  }

  @Test
  void sinceRootWithoutRootStopsAllMarkedProcesses() throws InterruptedException {
    assertThat(stop(TreeScope.of(DIRECTORY, Optional.empty()).sinceRoot()).found()).isTrue();
    assertThat(signals.sent).contains("TERM 90", "TERM 200");
  }

  @Test
  void relativeDirectoryIsRejected() {
    assertThatThrownBy(() -> TreeScope.of(Path.of("here"), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("directory (here) must be absolute");
  }
}
