/**
 * Finds the API server and what proves the identity of this process to it: in a pod, or by a
 * kubeconfig.
 *
 * <p>Start from {@link io.luhproc.kubernetes.access.ClusterAccess}.
 */
@NullMarked
package io.luhproc.kubernetes.access;

import org.jspecify.annotations.NullMarked;
