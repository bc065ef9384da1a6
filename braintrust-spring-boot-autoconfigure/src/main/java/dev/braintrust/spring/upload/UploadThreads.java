package dev.braintrust.spring.upload;

import java.util.concurrent.ThreadFactory;

/**
 * Makes the threads of attachments: they keep no application running, and hold nothing of
 * the thread that was the first to need them.
 */
final class UploadThreads {

	private UploadThreads() {
	}

	static ThreadFactory named(String name) {
		return (task) -> {
			Thread thread = new Thread(null, task, name, 0, false);
			thread.setDaemon(true);
			// Without the thread locals the loader would be that of the system.
			thread.setContextClassLoader(UploadThreads.class.getClassLoader());
			return thread;
		};
	}

}
