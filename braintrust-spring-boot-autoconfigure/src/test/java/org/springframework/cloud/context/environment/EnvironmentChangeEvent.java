package org.springframework.cloud.context.environment;

import java.util.Set;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;

/**
 * A copy of the event that Spring Cloud publishes when properties have changed, for tests
 * without Spring Cloud.
 */
public class EnvironmentChangeEvent extends ApplicationEvent {

	private final Set<String> keys;

	public EnvironmentChangeEvent(ApplicationContext context, Set<String> keys) {
		super(context);
		this.keys = keys;
	}

	public Set<String> getKeys() {
		return this.keys;
	}

}
