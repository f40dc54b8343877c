package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.process.Signal;
import io.luhproc.testing.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the stop of a tree with a container: detached members, kill of all, proof of exit. */
class ProcessContainerTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/shop-0123456789ab");
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final FakeProcessTable rows = new FakeProcessTable();
  private final CountingProcessTable table = new CountingProcessTable(rows);
  private final RecordingSignalSender signals = new RecordingSignalSender(rows);
  private final VirtualTime time = new VirtualTime();
  private final FakeContainer container = new FakeContainer();

  @BeforeEach
  void addTreeWithDetachedMember() {
    rows.add(1, 0, 1);
    rows.add(50, 1, 50);
    rows.add(100, 1, 100);
    rows.setMarker(100, DIRECTORY);
    rows.add(200, 1, 200);
    container.inside.add(100L);
    container.inside.add(200L);
  }

  private StopTreeResult stop(Duration grace) throws InterruptedException {
    TreeScope scope = TreeScope.of(DIRECTORY, Optional.empty()).withContainer(container);
    return new TreeStopper(table, signals, time)
        .stop(new StopTreeRequest(scope, Signal.TERM, grace, TIMEOUT));
  }

  @Test
  void detachedProcessInContainerIsFound() throws InterruptedException {
    StopTreeResult result = stop(GRACE);
    assertThat(result).isEqualTo(new StopTreeResult(true, false, result.alive()));
    assertThat(result.alive()).isEmpty();
    assertThat(signals.sent).containsExactlyInAnyOrder("TERM 100", "TERM 200");
    assertThat(container.kills).isZero();
  }

  @Test
  void processInContainerIsMemberDespiteForeignMarker() throws InterruptedException {
    rows.setMarker(200, "/tmp/luhproc/other-0123456789ab");
    assertThat(stop(GRACE).alive()).isEmpty();
    assertThat(signals.sent).contains("TERM 200");
  }

  @Test
  void containerIsKilledOnceWhenGraceExpires() throws InterruptedException {
    signals.ignoringTerm.add(200L);
    assertThat(stop(GRACE).killed()).isTrue();
    assertThat(container.kills).isEqualTo(1);
    assertThat(time.elapsed()).isEqualTo(GRACE);
  }

  @Test
  void processForkedAfterSnapshotIsSignalled() throws InterruptedException {
    signals.onTermination(process -> rows.exit(200));
    container.onPids =
        () -> {
          if (container.reads == 1) {
            rows.add(300, 1, 300);
            container.inside.add(300L);
          }
        };
    assertThat(stop(GRACE).alive()).isEmpty();
    assertThat(signals.sent).contains("TERM 300");
  }

  @Test
  void reusedPidOfFormerContainerMemberIsNotSignalled() throws InterruptedException {
    // The pid is listed for a member. When its row is read, it belongs to another process.
    container.inside.add(50_000L);
    container.onPids =
        () -> {
          if (container.reads == 2) {
            container.inside.remove(50_000L);
          }
        };
    container.afterPids = () -> rows.add(50_000, 1, 50_000);
    assertThat(stop(GRACE).alive()).isEmpty();
    assertThat(signals.sent).noneMatch(sent -> sent.endsWith(" 50000"));
  }

  @Test
  void stopFailsWhileContainerHoldsInvisibleProcesses() {
    container.alwaysPopulated = true;
    assertThatThrownBy(() -> stop(GRACE))
        .isInstanceOf(LuhprocException.class)
        .hasMessageContaining(DIRECTORY.toString())
        .hasMessageContaining(
            "its cgroup still contains processes that are not visible to this user");
    assertThat(time.elapsed()).isEqualTo(TIMEOUT);
    assertThat(container.kills).isPositive();
    assertThat(table.scans()).as("scans while nothing changes").isLessThan(30);
  }

  @Test
  void containerIsNotKilledWhileCurrentJvmIsInside() throws InterruptedException {
    long currentPid = table.currentPid();
    rows.add(currentPid, 1, currentPid);
    container.inside.add(currentPid);
    signals.ignoringTerm.add(200L);
    StopTreeResult result = stop(GRACE);
    assertThat(result.alive()).isEmpty();
    assertThat(container.kills).isZero();
    assertThat(signals.sent)
        .contains("KILL 200")
        .noneMatch(sent -> sent.endsWith(" " + currentPid));
  }

  @Test
  void initIsNotSignalledEvenInsideContainer() throws InterruptedException {
    container.inside.add(1L);
    container.inside.add(0L);
    assertThat(stop(Duration.ZERO).alive()).isEmpty();
    assertThat(signals.sent).noneMatch(sent -> sent.endsWith(" 1") || sent.endsWith(" 0"));
  }

  /** A container whose processes are rows of the table. */
  private final class FakeContainer implements ProcessContainer {
    private final Set<Long> inside = new HashSet<>();
    private Runnable onPids = () -> {};
    private Runnable afterPids = () -> {};
    private boolean alwaysPopulated;
    private int reads;
    private int kills;

    @Override
    public void kill() {
      kills++;
      for (long pid : inside) {
        if (pid > 1) {
          rows.exit(pid);
        }
      }
    }

    @Override
    public boolean isPopulated() {
      return alwaysPopulated
          || inside.stream().anyMatch(pid -> pid > 1 && rows.find(pid).isPresent());
    }

    @Override
    public long[] pids() {
      reads++;
      onPids.run();
      long[] pids = inside.stream().mapToLong(Long::longValue).toArray();
      afterPids.run();
      afterPids = () -> {};
      return pids;
    }
  }
}
