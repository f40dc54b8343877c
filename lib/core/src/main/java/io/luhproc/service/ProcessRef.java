package io.luhproc.service;

import io.luhproc.process.ProcessIdentity;

/**
 * The service and process that a pid belongs to.
 *
 * @param service the name of the service
 * @param process the name of the process; with several replicas, the name of the replica
 * @param identity the identity of the process
 * @since 0.1
 */
public record ProcessRef(String service, String process, ProcessIdentity identity) {}
