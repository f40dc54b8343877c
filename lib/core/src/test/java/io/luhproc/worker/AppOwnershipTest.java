package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.testing.LeakCheck;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two apps with the same task and id, with and without names. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class AppOwnershipTest {
  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  private ProcessManager.Builder app(String command, String argument) {
    return ProcessManager.builder()
        .root(workers.root)
        .task("INDEX", context -> {})
        .command(List.of(command, argument));
  }

  @Test
  void operationsFailWhenDirectoryBelongsToAnotherApp() {
    WorkerInfo first = app("sleep", "300").build().start("INDEX", "main");
    ProcessManager second = app("tail", "-f").build();
    String before = WorkerFixture.read(first.directory().resolve("process.properties"));
    assertRefused(() -> second.start("INDEX", "main"));
    assertRefused(() -> second.stop("INDEX", "main"));
    assertRefused(() -> second.restart("INDEX", "main"));
    assertRefused(() -> second.info("INDEX", "main"));
    assertRefused(() -> second.logs("INDEX", "main"));
    assertThat(second.list()).isEmpty();
    assertThat(second.stopAll("INDEX")).isEmpty();
    assertThat(workers.isAlive(workers.identityOf(first))).isTrue();
    assertThat(WorkerFixture.read(first.directory().resolve("process.properties")))
        .isEqualTo(before);
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessageContaining("belongs to another app")
        .hasMessageContaining("sleep")
        .hasMessageContaining("tail")
        .hasMessageContaining("ProcessManager.builder().app(..)");
  }

  @Test
  void namedAppsUseSeparateDirectories() {
    ProcessManager first = app("sleep", "300").app("docsearch").build();
    ProcessManager second = app("sleep", "300").app("mailsearch").build();
    WorkerInfo one = first.start("INDEX", "main");
    WorkerInfo two = second.start("INDEX", "main");
    assertThat(two.launched()).isTrue();
    assertThat(two.directory()).isNotEqualTo(one.directory());
    first.stop("INDEX", "main");
    assertThat(workers.isAlive(workers.identityOf(one))).isFalse();
    assertThat(workers.isAlive(workers.identityOf(two))).isTrue();
  }

  @Test
  void namedAppFindsItsWorkerWhenCommandChanges() {
    WorkerInfo worker = app("sleep", "300").app("docsearch").build().start("INDEX", "main");
    ProcessManager newer = app("tail", "-f").app("docsearch").build();
    assertThat(newer.start("INDEX", "main").launched()).isFalse();
    assertThat(newer.list()).extracting(WorkerInfo::identity).containsExactly(worker.identity());
    newer.stop("INDEX", "main");
    assertThat(workers.isAlive(workers.identityOf(worker))).isFalse();
  }
}
