package io.luhproc.slurm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Commands that print what a test wants, in a folder that is the path of an engine. */
final class FakeSlurm {
  private final Path directory;

  FakeSlurm(Path directory) throws IOException {
    this.directory = directory;
    jobs("");
    config("ClusterName = fake\nProctrackType = proctrack/cgroup\n");
    for (String command : List.of("sbatch", "scancel", "sinfo")) {
      command(command, "exit 0");
    }
  }

  /** Replaces a command by a shell script. */
  void command(String name, String script) throws IOException {
    Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + script + "\n");
    Path ignored =
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  void config(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("config"), text);
    command("scontrol", "cat " + file);
  }

  /** Makes squeue print jobs, of which each has eight fields that end with {@code @}. */
  void jobs(String rows) throws IOException {
    Path file = Files.writeString(directory.resolve("jobs"), rows);
    command(
        "squeue",
        """
        for word; do
          case $word in --Format=*) end=${word#--Format=JobID:} end=${end%%,*} ;; esac
        done
        sed "s/@/$end/g" FILE
        """
            .replace("FILE", file.toString()));
  }

  SlurmSettings settings(Path runs) {
    return settings(runs, Duration.ofSeconds(20));
  }

  SlurmSettings settings(Path runs, Duration callLimit) {
    Map<String, String> environment = Map.of("PATH", directory + ":/usr/bin:/bin");
    return new SlurmSettings("", "app", runs, environment, callLimit);
  }
}
