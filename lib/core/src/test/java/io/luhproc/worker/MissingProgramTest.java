package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code start} with a program or working directory that does not exist. */
@ExtendWith(LeakCheck.class)
@Tag("process")
class MissingProgramTest {
  @TempDir private Path folder;

  @Test
  void startFailsWhenJavaExecutableWasDeleted() throws Exception {
    Path java = copyOfJava();
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess starter = root.app("wait", "start").java(java).start(folder)) {
      starter.awaitLine("waits");
      Files.delete(java);
      starter.writeLine("go");
      assertThat(starter.awaitLine("refused"))
          .isEqualTo(
              "cannot start ALONE (id: main): "
                  + java
                  + " does not exist; if it did, was it replaced by another version?");
      assertThat(starter.awaitExit()).isZero();
      assertThat(root.directory()).doesNotExist();
    }
  }

  @Test
  void startFailsWhenCommandDoesNotExist() {
    Path program = folder.resolve("program");
    assertRefused(List.of(program.toString()), program + " does not exist; if it did");
  }

  @Test
  void startFailsWhenCommandIsNotOnPath() {
    assertRefused(
        List.of("no-such-program", "x"),
        "no-such-program is in no folder of the PATH; give its absolute path");
  }

  @Test
  void commandIsFoundOnPathAndInWorkingDirectory() throws IOException {
    Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\nexec sleep 600\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    StartOptions inFolder = StartOptions.builder().directory(folder).build();
    for (List<String> command : List.of(List.of("sleep", "600"), List.of("./program"))) {
      try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
        ProcessManager manager = root.builder().command(command).build();
        WorkerInfo worker = manager.start(WorkerRootFixture.TASK, WorkerRootFixture.ID, inFolder);
        assertThat(worker.state().isAlive()).as("%s", command).isTrue();
        manager.stop(WorkerRootFixture.TASK, WorkerRootFixture.ID);
      }
    }
  }

  @Test
  void startFailsWhenCommandIsDirectory() {
    assertRefused(List.of(folder.toString()), folder + " is a directory, not a program");
  }

  @Test
  void startFailsWhenCommandIsNotExecutable() throws IOException {
    Path program = Files.createFile(folder.resolve("program"));
    assertRefused(List.of(program.toString()), program + " is not executable");
  }

  @Test
  void startFailsWhenWorkingDirectoryDoesNotExist() {
    Path gone = folder.resolve("gone");
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      assertThatThrownBy(
              () ->
                  root.manager()
                      .start(
                          WorkerRootFixture.TASK,
                          WorkerRootFixture.ID,
                          StartOptions.builder().directory(gone).build()))
          .isInstanceOf(StartFailedException.class)
          .hasMessage(
              "cannot start ALONE (id: main): the working directory " + gone + " does not exist");
      assertThat(root.directory()).doesNotExist();
    }
  }

  private void assertRefused(List<String> command, String cause) {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      ProcessManager manager = root.builder().command(command).build();
      assertThatThrownBy(() -> manager.start(WorkerRootFixture.TASK, WorkerRootFixture.ID))
          .isInstanceOf(StartFailedException.class)
          .hasMessageStartingWith("cannot start ALONE (id: main): ")
          .hasMessageContaining(cause);
      assertThat(root.directory()).doesNotExist();
    }
  }

  /** Returns a copy of the java launcher in a JDK that otherwise consists of links. */
  private Path copyOfJava() throws IOException {
    Path home = Path.of(System.getProperty("java.home"));
    Path copy = Files.createDirectories(folder.resolve("jdk/bin")).getParent();
    for (String name : List.of("lib", "conf", "release")) {
      Files.createSymbolicLink(copy.resolve(name), home.resolve(name).toRealPath());
    }
    return Files.copy(home.resolve("bin/java").toRealPath(), copy.resolve("bin/java"));
  }
}
