package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.testing.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a confinement adds to a stop: who cannot be found otherwise, one kill for all, proof. */
class ConfinementTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/shop-0123456789ab");
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final ScriptedTable rows = new ScriptedTable();
  private final CountingTable table = new CountingTable(rows);
  private final RecordedSignals signals = new RecordedSignals(rows);
  private final VirtualTime time = new VirtualTime();
  private final ScriptedConfinement confinement = new ScriptedConfinement();

  @BeforeEach
  void addATreeOfTwoOfWhomOneLeftEverything() {
    rows.add(1, 0, 1);
    rows.add(50, 1, 50);
    rows.add(100, 1, 100);
    rows.cookie(100, DIRECTORY);
    rows.add(200, 1, 200);
    confinement.inside.add(100L);
    confinement.inside.add(200L);
  }

  private TreeOutcome stop(Duration grace) throws InterruptedException {
    TreeScope scope = TreeScope.of(DIRECTORY, Optional.empty()).confinedTo(confinement);
    return new TreeStop(table, signals, time)
        .stop(new TreeRequest(scope, Signal.TERM, grace, TIMEOUT));
  }

  @Test
  void whoLeftParentSessionAndEnvironmentIsStillFound() throws InterruptedException {
    TreeOutcome outcome = stop(GRACE);
    assertThat(outcome).isEqualTo(new TreeOutcome(true, false, outcome.alive()));
    assertThat(outcome.alive()).isEmpty();
    assertThat(signals.sent).containsExactlyInAnyOrder("TERM 100", "TERM 200");
    assertThat(confinement.kills).isZero();
  }

  @Test
  void whoIsInItBelongsWhateverCookieItCarries() throws InterruptedException {
    rows.cookie(200, "/tmp/luhproc/other-0123456789ab");
    assertThat(stop(GRACE).alive()).isEmpty();
    assertThat(signals.sent).contains("TERM 200");
  }

  @Test
  void theKillRoundKillsAllThatIsInIt() throws InterruptedException {
    signals.deafToTerm.add(200L);
    assertThat(stop(GRACE).killed()).isTrue();
    assertThat(confinement.kills).isEqualTo(1);
    assertThat(time.passed()).isEqualTo(GRACE);
  }

  @Test
  void whoWasBornAfterTheLookIsFoundAllTheSame() throws InterruptedException {
    signals.onKill(entry -> rows.end(200));
    confinement.onPids =
        () -> {
          if (confinement.reads == 1) {
            rows.add(300, 1, 300);
            confinement.inside.add(300L);
          }
        };
    assertThat(stop(GRACE).alive()).isEmpty();
    assertThat(signals.sent).contains("TERM 300");
  }

  @Test
  void whoGotThePidOfOneThatLeftItIsAStranger() throws InterruptedException {
    // Listed while the member was there; when its row is read, the pid is a stranger's.
    confinement.inside.add(50_000L);
    confinement.onPids =
        () -> {
          if (confinement.reads == 2) {
            confinement.inside.remove(50_000L);
          }
        };
    confinement.afterPids = () -> rows.add(50_000, 1, 50_000);
    assertThat(stop(GRACE).alive()).isEmpty();
    assertThat(signals.sent).noneMatch(sent -> sent.endsWith(" 50000"));
  }

  @Test
  void nothingIsProvenWhileItIsPopulatedByNobodyWhomWeSee() {
    confinement.alwaysPopulated = true;
    assertThatThrownBy(() -> stop(GRACE))
        .isInstanceOf(LuhprocException.class)
        .hasMessageContaining(DIRECTORY.toString())
        .hasMessageContaining("its confinement is populated");
    assertThat(time.passed()).isEqualTo(TIMEOUT);
    assertThat(confinement.kills).isPositive();
    assertThat(table.looks()).as("rare while nothing changes").isLessThan(30);
  }

  @Test
  void itIsNotKilledWhileThisJvmIsInIt() throws InterruptedException {
    long self = table.self();
    rows.add(self, 1, self);
    confinement.inside.add(self);
    signals.deafToTerm.add(200L);
    TreeOutcome outcome = stop(GRACE);
    assertThat(outcome.alive()).isEmpty();
    assertThat(confinement.kills).isZero();
    assertThat(signals.sent).contains("KILL 200").noneMatch(sent -> sent.endsWith(" " + self));
  }

  @Test
  void initIsNoMemberEvenInIt() throws InterruptedException {
    confinement.inside.add(1L);
    confinement.inside.add(0L);
    assertThat(stop(Duration.ZERO).alive()).isEmpty();
    assertThat(signals.sent).noneMatch(sent -> sent.endsWith(" 1") || sent.endsWith(" 0"));
  }

  /** Those who are inside and live in the table. */
  private final class ScriptedConfinement implements Confinement {
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
          rows.end(pid);
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
