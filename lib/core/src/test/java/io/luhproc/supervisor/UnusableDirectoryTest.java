package io.luhproc.supervisor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.log.LogPolicy;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An unusable directory is refused with a remedy, and nothing of the same call is added. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class UnusableDirectoryTest {
  private static final String OTHER_USER_MESSAGE =
      " belongs to another user (uid 65534); run as that user, have it removed, or use another root"
          + " (LUHPROC_TMP_DIR for workers, directory(..) for a supervisor)";
  private static final int NOBODY_UID = 65_534;

  @TempDir private Path folder;
  private final ServiceSpec first = service("first");
  private final ServiceSpec unusable = service("unusable");
  private final ServiceSpec third = service("third");
  private ProcessDirectory firstDirectory;
  private Path path;

  @BeforeEach
  void createDirectories() {
    try (Supervisor supervisor = SupervisorMain.builder(folder).build()) {
      supervisor.add(first, unusable);
      firstDirectory = directory(supervisor, "first");
      path = directory(supervisor, "unusable").path();
    }
    assertThat(firstDirectory.create()).isTrue();
    assertThat(ProcessDirectory.at(path).create()).isTrue();
  }

  private static ServiceSpec service(String name) {
    LogPolicy small = LogPolicy.defaults().withMaxBytes(1 << 12).withGzip(false);
    return ServiceSpec.named(name)
        .process(ProcessSpec.shell("main", "exec sleep 300").logs(small))
        .build();
  }

  private static ProcessDirectory directory(Supervisor supervisor, String service) {
    return ProcessDirectory.at(supervisor.status(service).process("main").directory());
  }

  /** Asserts that nothing is added and that the logs of the other service stay as they are. */
  private void assertRefused(Class<? extends LuhprocException> type, String message)
      throws Exception {
    Path log = Files.writeString(firstDirectory.outLog(), "a line\n".repeat(1_000));
    try (Supervisor supervisor = SupervisorMain.builder(folder).build()) {
      assertThatThrownBy(() -> supervisor.add(first, unusable, third))
          .isInstanceOf(type)
          .hasMessageContaining(path.toString())
          .hasMessageContaining(message);
      assertThat(supervisor.status().services()).isEmpty();
      supervisor.add(third);
      supervisor.start("third").get(20, SECONDS);
    }
    assertThat(log).hasSize(7_000);
    assertThat(firstDirectory.path()).isDirectoryNotContaining("glob:**/*.index");
  }

  private void assertAdded() throws Exception {
    try (Supervisor supervisor = SupervisorMain.builder(folder).build()) {
      supervisor.add(first, unusable, third);
      supervisor.startAll().get(20, SECONDS);
    }
  }

  @Test
  void addIsRefusedWhenDesiredStateFileIsADirectory() throws Exception {
    Path desiredState = Files.createDirectories(path.resolve("desired-state/something"));
    assertRefused(LuhprocException.class, "remove what is in its place");
    Files.delete(desiredState);
    Files.delete(desiredState.getParent());
    assertAdded();
  }

  @Test
  void addIsRefusedWhenRecordFileIsADirectory() throws Exception {
    Path record = Files.createDirectory(path.resolve("process.properties"));
    assertRefused(LuhprocException.class, "remove what is in its place");
    Files.delete(record);
    assertAdded();
  }

  @Test
  void addIsRefusedWhenDirectoryBelongsToAnotherUser() throws Exception {
    changeOwner(path);
    assertRefused(DirectoryRefusedException.class, path + OTHER_USER_MESSAGE);
  }

  @Test
  void addIsRefusedWhenDirectoryIsAFile() throws Exception {
    Files.delete(path);
    Files.createFile(path);
    assertRefused(
        DirectoryRefusedException.class,
        path + " is not a directory; remove it, or choose another");
    Files.delete(path);
    assertAdded();
  }

  @Test
  void buildIsRefusedWhenSupervisorDirectoryIsUnusable() throws Exception {
    changeOwner(folder);
    assertThatThrownBy(() -> SupervisorMain.builder(folder).build())
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessage(folder + OTHER_USER_MESSAGE);
  }

  private static void changeOwner(Path path) throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root can change the owner of a file");
    Files.setAttribute(path, "unix:uid", NOBODY_UID);
  }
}
