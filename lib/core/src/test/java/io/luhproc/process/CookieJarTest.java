package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Deadline;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When the environment of a process is read, and when what was read still holds. */
class CookieJarTest {
  private static final String OURS = "/tmp/luhproc/a-0";
  private static final String ANOTHER = "/tmp/luhproc/b-0";

  private final ScriptedTable table = new ScriptedTable();
  private final CountingTable counted = new CountingTable(table);
  private final CookieJar jar = new CookieJar();

  private String cookie(long pid) {
    return jar.of(counted, table.find(pid).orElseThrow());
  }

  @Test
  void aCookieIsReadOnceAndSoIsItsAbsence() {
    table.add(100, 1, 100);
    table.cookie(100, OURS);
    table.add(101, 1, 101);
    for (int i = 0; i < 3; i++) {
      assertThat(cookie(100)).isEqualTo(OURS);
      assertThat(cookie(101)).isEmpty();
    }
    assertThat(counted.environments).hasValue(2);
  }

  @Test
  void whoWasSeenBetweenForkAndExecIsReadAgain() {
    table.add(100, 1, 100);
    table.cookie(100, ANOTHER);
    assertThat(cookie(100)).isEqualTo(ANOTHER);
    table.exec(100, OURS);
    assertThat(cookie(100)).isEqualTo(OURS);
  }

  @Test
  void whoGotThePidLaterIsReadAgain() {
    table.add(100, 1, 100);
    table.cookie(100, OURS);
    assertThat(cookie(100)).isEqualTo(OURS);
    table.end(100);
    table.add(100, 1, 100);
    assertThat(cookie(100)).isEmpty();
  }

  @Test
  void theSameProgramAtAnotherStartIsSomebodyElse() {
    ProcessEntry before = table.add(100, 1, 100);
    assertThat(jar.of(counted, before)).isEmpty();
    table.cookie(100, OURS);
    ProcessEntry now = ScriptedTable.startedAt(before, before.startTicks() + 1);
    assertThat(jar.of(counted, now)).isEqualTo(OURS);
  }

  @Test
  void whoseProgramIsNotKnownIsReadEveryTime() {
    ProcessEntry known = table.add(100, 1, 100);
    ProcessEntry unknown =
        new ProcessEntry(100, 1, 100, 100, 'S', known.startTicks(), known.cpuTime(), 4096, 1, "p");
    assertThat(jar.of(counted, unknown)).isEmpty();
    table.cookie(100, OURS);
    assertThat(jar.of(counted, unknown)).isEqualTo(OURS);
    assertThat(jar.size()).isZero();
  }

  @Test
  void whoLivesNoMoreIsForgotten() {
    ProcessEntry left = table.add(100, 1, 100);
    ProcessEntry stays = table.add(101, 1, 101);
    assertThat(jar.of(counted, left)).isEmpty();
    assertThat(jar.of(counted, stays)).isEmpty();
    jar.keepOnly(Map.of(101L, stays));
    assertThat(jar.size()).isEqualTo(1);
  }

  @Test
  void aRollCallForgetsThoseWhomItDoesNotSee() {
    table.add(100, 1, 100);
    callTheRoll();
    assertThat(jar.size()).isEqualTo(1);
    table.end(100);
    callTheRoll();
    assertThat(jar.size()).isZero();
  }

  private void callTheRoll() {
    Deadline passed = Deadline.after(new VirtualTime(), Duration.ZERO);
    assertThat(new RollCall(counted, jar, Long.MIN_VALUE, passed).find(1)).isEmpty();
  }
}
