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
 * @param enclosing whether control groups are made at all
 * @param cgroup below which one they are made, where that was said
 * @param spawningNatively whether processes may be started by posix_spawn(3)
 * @param leaving whether processes are left running when it ends
 * @param onExit whether it ends by itself when the JVM is told to exit
 * @param shutdownTimeout how long that may take
 * @param time the clocks
 */
record Settings(
    Path directory,
    boolean enclosing,
    Optional<Path> cgroup,
    boolean spawningNatively,
    boolean leaving,
    boolean onExit,
    Duration shutdownTimeout,
    TimeSource time) {

  Launcher launcher() {
    Launcher launcher = Launcher.withPathOf(System.getenv());
    return spawningNatively ? launcher.usingPosixSpawn() : launcher;
  }

  Cgroups cgroups() {
    return enclosing
        ? cgroup.map(Cgroups::withRoot).orElseGet(Cgroups::detect)
        : Cgroups.unavailable(
            "the supervisor was built without control groups",
            "take withoutCgroups() out of its builder");
  }
}
