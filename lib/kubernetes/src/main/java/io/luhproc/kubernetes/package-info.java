/**
 * The worker engine for Kubernetes: each worker is a Job with one Pod, made after the Pod of this
 * process.
 *
 * <p>Start from {@link io.luhproc.kubernetes.KubernetesEngine}. {@link
 * io.luhproc.kubernetes.JobManifest} tells what a worker is in the cluster, {@link
 * io.luhproc.kubernetes.JobStatus} how its state is read.
 */
@NullMarked
package io.luhproc.kubernetes;

import org.jspecify.annotations.NullMarked;
