package io.luhproc.supervisor;

import io.luhproc.cgroup.Cgroups;
import io.luhproc.spawn.Launcher;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of a supervisor.
 *
 * @param directory the directory that contains the process directories
 * @param useCgroups whether control groups are created
 * @param cgroup the control group in which they are created; empty for the default
 * @param nativeSpawn whether posix_spawn(3) may launch processes
 * @param childSubreaper whether this JVM becomes a child subreaper
 * @param leaveRunning whether processes keep running after the close
 * @param shutdownHook whether a shutdown hook closes the supervisor
 * @param shutdownTimeout the maximum duration of a close
 * @param timeSource the clocks
 */
record SupervisorConfig(
    Path directory,
    boolean useCgroups,
    Optional<Path> cgroup,
    boolean nativeSpawn,
    boolean childSubreaper,
    boolean leaveRunning,
    boolean shutdownHook,
    Duration shutdownTimeout,
    TimeSource timeSource) {

  Launcher createLauncher() {
    Launcher launcher = Launcher.withPathOf(System.getenv());
    return nativeSpawn ? launcher.usingPosixSpawn(childSubreaper) : launcher;
  }

  Cgroups createCgroups() {
    return useCgroups
        ? cgroup.map(Cgroups::withRoot).orElseGet(Cgroups::detect)
        : Cgroups.unavailable(
            "the supervisor was built without control groups",
            "remove withoutCgroups() from its builder");
  }
}
