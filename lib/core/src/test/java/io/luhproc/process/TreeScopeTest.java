package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether what is older than the root belongs to its tree. */
class TreeScopeTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/shop-0123456789ab");

  private final ScriptedTable rows = new ScriptedTable();
  private final CountingTable table = new CountingTable(rows);
  private final RecordedSignals signals = new RecordedSignals(rows);
  private ProcessIdentity root;

  @BeforeEach
  void addARemnantOfAnEarlierLaunch() {
    rows.add(1, 0, 1);
    rows.add(90, 1, 90);
    rows.cookie(90, DIRECTORY);
    rows.add(100, 1, 100);
    rows.cookie(100, DIRECTORY);
    root = rows.identity(100);
    rows.add(200, 1, 200);
    rows.cookie(200, DIRECTORY);
    rows.end(100);
  }

  private TreeOutcome stop(TreeScope scope) throws InterruptedException {
    Duration time = Duration.ofSeconds(1);
    return new TreeStop(table, signals, new VirtualTime())
        .stop(new TreeRequest(scope, Signal.TERM, time, time));
  }

  @Test
  void aRemnantOfAnEarlierLaunchBelongs() throws InterruptedException {
    assertThat(stop(TreeScope.of(DIRECTORY, Optional.of(root))).found()).isTrue();
    assertThat(signals.sent).containsExactlyInAnyOrder("TERM 90", "TERM 200");
  }

  @Test
  void sinceTheRootTheOlderOnesAreNeitherReadNorSignalled() throws InterruptedException {
    assertThat(stop(TreeScope.of(DIRECTORY, Optional.of(root)).sinceRoot()).found()).isTrue();
    assertThat(signals.sent).containsExactly("TERM 200");
    assertThat(table.environments).hasValue(1);
  }

  @Test
  void sinceTheRootWhoIsOlderIsLeftAloneThoughOthersHadItsCookieRead() {
    TreeScope scope = TreeScope.of(DIRECTORY, Optional.of(root)).sinceRoot();
    RollCall all =
        new RollCall(
            table,
            new CookieJar(),
            Long.MIN_VALUE,
            Deadline.after(new VirtualTime(), Duration.ZERO));
    assertThat(new ProcessTree(table, scope, 5).living(all))
        .extracting(ProcessEntry::pid)
        .containsExactly(200L);
  }

  @Test
  void withoutARootAllCarriersBelong() throws InterruptedException {
    assertThat(stop(TreeScope.of(DIRECTORY, Optional.empty()).sinceRoot()).found()).isTrue();
    assertThat(signals.sent).contains("TERM 90", "TERM 200");
  }

  @Test
  void aRelativeDirectoryIsRefused() {
    assertThatThrownBy(() -> TreeScope.of(Path.of("here"), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("directory (here) must be absolute");
  }
}
