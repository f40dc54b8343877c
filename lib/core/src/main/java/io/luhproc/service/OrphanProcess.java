package io.luhproc.service;

import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A running process in the supervisor's directory that belongs to none of its services.
 *
 * <p>An earlier supervisor launched it for a service that has not been added to this one.
 *
 * @param directory the process directory, with {@code pid}, {@code out.log} and {@code err.log}
 * @param identity the identity of the process
 * @param service the service that it was launched for; empty if the record is unreadable
 * @param process the name of the process in that service; empty if the record is unreadable
 * @since 0.1
 */
public record OrphanProcess(
    Path directory, ProcessIdentity identity, Optional<String> service, Optional<String> process) {}
