package io.luhproc.posix;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A process to be started in a session of its own, with an empty stdin.
 *
 * @param program what is executed: a path, absolute or from {@code workingDirectory}
 * @param argv its arguments; the first is its name
 * @param environment all of its variables
 * @param workingDirectory its working directory
 * @param stdout the file that stdout is appended to; where there is none, both streams go where
 *     ours go
 * @param stderr the file that stderr is appended to; where there is none, it goes where stdout goes
 */
public record SpawnRequest(
    String program,
    List<String> argv,
    Map<String, String> environment,
    Path workingDirectory,
    Optional<Path> stdout,
    Optional<Path> stderr) {}
