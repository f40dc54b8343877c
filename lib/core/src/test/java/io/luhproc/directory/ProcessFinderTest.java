package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Finding a process whose launcher was killed before it recorded the identity. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ProcessFinderTest {
  private static final ProcessTable TABLE = ProcessTable.system();

  @TempDir private Path root;

  private ProcessDirectory directory;

  private JournaledLauncher.Launched launch(Map<String, String> environment) {
    ProcessKey key = new ProcessKey(Optional.empty(), "TASK", "main");
    directory = ProcessRoot.at(root).directory(key);
    boolean ignored = directory.create();
    JournaledLauncher.prepare(directory);
    List<String> argv = List.of("sleep", "600");
    ProcessRecord record =
        ProcessRecord.forLaunch(
            key,
            "sleep",
            new ProcessRecord.Launch("token", Instant.EPOCH),
            new LaunchedCommand(argv, List.of(), List.of(), root, List.of()));
    return new JournaledLauncher(Launcher.withPathOf(System.getenv()), TABLE)
        .launch(
            directory,
            record,
            new LaunchRequest(argv, environment, root, directory.outLog(), directory.errLog()));
  }

  private Optional<ProcessIdentity> findWithoutIdentity(JournaledLauncher.Launched launched) {
    directory.deletePid();
    ProcessRecord complete = launched.record();
    ProcessRecord incomplete =
        ProcessRecord.forLaunch(
                complete.key(),
                complete.program(),
                new ProcessRecord.Launch(complete.launchToken(), complete.startedAt()),
                complete.command())
            .withLimitMarker(complete.limitMarker());
    return new ProcessFinder(TABLE).find(directory, Optional.of(incomplete));
  }

  @Test
  void processWithoutEnvironmentIsFoundByLimitMarker() throws Exception {
    try (JournaledLauncher.Launched launched = launch(Map.of())) {
      assertThat(launched.record().limitMarker()).isPresent();
      assertThat(directory.readRecord()).contains(launched.record());
      Eventually.holds(
          () -> "found: " + findWithoutIdentity(launched),
          () -> findWithoutIdentity(launched).equals(launched.record().identity()));
      launched.child().kill();
      assertThat(launched.child().waitFor()).isEqualTo(137);
      assertThat(findWithoutIdentity(launched)).isEmpty();
    }
  }

  @Test
  void processWithLimitMarkerAndAnotherDirectoryIsNotFound() throws Exception {
    try (JournaledLauncher.Launched launched =
        launch(Map.of(EnvironmentNames.DIRECTORY, "/another"))) {
      Eventually.holds(
          "the marker is set",
          () -> TABLE.limitMarker(launched.child().pid()).equals(launched.record().limitMarker()));
      assertThat(findWithoutIdentity(launched)).isEmpty();
      launched.child().kill();
      assertThat(launched.child().waitFor()).isEqualTo(137);
    }
  }
}
