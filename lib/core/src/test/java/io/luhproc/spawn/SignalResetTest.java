package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests that children of the JDK start with the default action of all signals. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class SignalResetTest {
  // glibc reserves signals 32 and 33, and the JDK ignores them in its children.
  private static final String NONE_IGNORED = "SigIgn:\\s+0+(180000000)?\n";
  private static final String NONE_BLOCKED = "SigBlk:\\s+0+\n";

  @TempDir Path folder;

  @Test
  void childDoesNotInheritIgnoredSignals() throws Exception {
    assertThat(statusOfChildWhenJvmIgnores("HUP", "INT", "QUIT", "USR1", "TERM", "TSTP"))
        .containsPattern(NONE_IGNORED)
        .containsPattern(NONE_BLOCKED);
  }

  private String statusOfChildWhenJvmIgnores(String... signals) throws Exception {
    String trap = "trap '' " + String.join(" ", signals) + "; exec \"$@\"";
    try (JavaProcess jvm =
        JavaProcess.of(LaunchesOnce.class, folder, "status")
            .wrappedBy("sh", "-c", trap, "sh")
            .start(folder)) {
      jvm.writeLine("go");
      assertThat(jvm.awaitExit()).as(jvm::toString).isZero();
    }
    return Files.readString(folder.resolve("status"));
  }

  @Test
  void childOfServiceLauncherBlocksNoSignal() throws Exception {
    ToolLocator tools = new ToolLocator("/usr/bin:/bin");
    assertThat(run(JdkSpawner.forAllPrograms(tools), tools)).containsPattern(NONE_BLOCKED);
  }

  @Test
  void launchSucceedsWhenEnvCannotResetSignals() throws Exception {
    Files.writeString(
        Files.createFile(
            folder.resolve("env"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))),
        "#!/bin/sh\necho \"env: unrecognized option '$1'\" >&2\nexit 1\n");
    ToolLocator tools = new ToolLocator(folder.toString());
    assertThat(run(JdkSpawner.forAllPrograms(tools), tools)).contains("SigBlk:");
  }

  private String run(Spawner spawner, ToolLocator tools) throws IOException, InterruptedException {
    LaunchRequest request =
        new LaunchRequest(
            List.of("/bin/cat", "/proc/self/status"),
            Map.of(),
            folder,
            folder.resolve("out"),
            folder.resolve("err"));
    assertThat(new Launcher(tools, spawner).launch(request).waitFor()).isZero();
    return Files.readString(folder.resolve("out"));
  }
}
