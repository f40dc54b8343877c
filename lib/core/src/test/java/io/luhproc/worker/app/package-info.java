/** The apps that tests start; begin with {@link io.luhproc.worker.app.StartStopApp}. */
package io.luhproc.worker.app;
