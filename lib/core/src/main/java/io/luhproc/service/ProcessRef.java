package io.luhproc.service;

import io.luhproc.process.ProcessIdentity;

/**
 * Which process of which service a pid is.
 *
 * @param service the name of the service
 * @param process the name of the process, that of the replica where there are several
 * @param identity which process it is
 */
public record ProcessRef(String service, String process, ProcessIdentity identity) {}
