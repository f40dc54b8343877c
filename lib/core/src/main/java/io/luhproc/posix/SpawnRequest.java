package io.luhproc.posix;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request to start a process in a new session, with {@code /dev/null} as stdin.
 *
 * @param program the executable: a path, absolute or relative to {@code workingDirectory}
 * @param argv the arguments; the first is the name of the program
 * @param environment the complete environment
 * @param workingDirectory the working directory
 * @param stdout the file to which stdout is appended; if empty, both streams are inherited
 * @param stderr the file to which stderr is appended; if empty, it goes to the same file as stdout
 */
public record SpawnRequest(
    String program,
    List<String> argv,
    Map<String, String> environment,
    Path workingDirectory,
    Optional<Path> stdout,
    Optional<Path> stderr) {}
