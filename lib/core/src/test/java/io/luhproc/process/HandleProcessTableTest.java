package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.NothingLeft;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is known of processes where there is no {@code /proc}. */
@Tag("process")
@ExtendWith(NothingLeft.class)
class HandleProcessTableTest {
  private final ProcessTable table = new HandleProcessTable();

  @Test
  void aChildIsFoundWithItsParentAndIsAliveUntilItEnds() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "300").start();
    long self = ProcessHandle.current().pid();
    ProcessIdentity who = table.identify(sleep.pid()).orElseThrow();
    assertThat(table.find(sleep.pid()).orElseThrow().parent()).isEqualTo(self);
    assertThat(table.all()).extracting(ProcessEntry::pid).contains(self, sleep.pid());
    assertThat(table.isAlive(who)).isTrue();
    assertThat(table.isAlive(new ProcessIdentity(who.pid(), who.startTicks() + 1, ""))).isFalse();
    sleep.destroyForcibly().waitFor();
    assertThat(table.isAlive(who)).isFalse();
  }

  @Test
  void nobodyHasAPidBelowOne() {
    assertThat(table.find(0)).isEmpty();
    assertThat(table.find(-1)).isEmpty();
    assertThat(table.environment(ProcessHandle.current().pid(), "PATH")).isEmpty();
  }
}
