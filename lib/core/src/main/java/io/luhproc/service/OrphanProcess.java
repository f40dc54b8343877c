package io.luhproc.service;

import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that lives in a supervisor's directory and belongs to none of its services: a former
 * supervisor launched it for one that nobody has added again.
 *
 * @param directory its process directory, with {@code pid}, {@code out.log} and {@code err.log}
 * @param identity which process it is
 * @param service the service it was launched for, where that can still be read
 * @param process its name in that service, where it can still be read
 */
public record OrphanProcess(
    Path directory, ProcessIdentity identity, Optional<String> service, Optional<String> process) {}
