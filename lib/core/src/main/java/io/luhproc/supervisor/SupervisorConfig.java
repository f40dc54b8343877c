package io.luhproc.supervisor;

import io.luhproc.cgroup.Cgroups;
import io.luhproc.spawn.Launcher;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a supervisor was built with.
 *
 * @param directory where its process directories are
 * @param useCgroups whether control groups are made at all
 * @param cgroup below which one they are made, where that was said
 * @param nativeSpawn whether processes may be started by posix_spawn(3)
 * @param leaveRunning whether processes are left running when it ends
 * @param shutdownHook whether it ends by itself when the JVM is told to exit
 * @param shutdownTimeout how long that may take
 * @param timeSource the clocks
 */
record SupervisorConfig(
    Path directory,
    boolean useCgroups,
    Optional<Path> cgroup,
    boolean nativeSpawn,
    boolean leaveRunning,
    boolean shutdownHook,
    Duration shutdownTimeout,
    TimeSource timeSource) {

  Launcher createLauncher() {
    Launcher launcher = Launcher.withPathOf(System.getenv());
    return nativeSpawn ? launcher.usingPosixSpawn() : launcher;
  }

  Cgroups createCgroups() {
    return useCgroups
        ? cgroup.map(Cgroups::withRoot).orElseGet(Cgroups::detect)
        : Cgroups.unavailable(
            "the supervisor was built without control groups",
            "take withoutCgroups() out of its builder");
  }
}
