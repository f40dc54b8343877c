/** The apps that tests start; begin with {@link io.luhproc.worker.app.StartsWorkers}. */
package io.luhproc.worker.app;
