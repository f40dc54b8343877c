/**
 * A stub of a Kubernetes API server, which holds state and answers in the form of recorded
 * exchanges with a server of version 1.20.
 *
 * <p>Start from {@link io.luhproc.kubernetes.stub.StubApiServer}.
 */
package io.luhproc.kubernetes.stub;
