package io.luhproc.supervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a supervisor was built with.
 *
 * @param directory where its process directories are
 * @param cgroup below which control group its own are made, where that was said
 * @param leaving whether processes are left running when it ends
 * @param onExit whether it ends by itself when the JVM is told to exit
 * @param shutdownTimeout how long that may take
 */
record Settings(
    Path directory,
    Optional<Path> cgroup,
    boolean leaving,
    boolean onExit,
    Duration shutdownTimeout) {}
