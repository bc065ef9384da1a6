package dev.braintrust.spring.eval.remote;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.Assert;

/**
 * Finds the evaluations that the application declares: {@link Eval} beans with a
 * {@link BraintrustProject} annotation.
 */
final class DeclaredEvals implements Supplier<Map<String, RemoteProject>> {

	private static final Log logger = LogFactory.getLog(RemoteEvals.class);

	private final ListableBeanFactory beanFactory;

	private final DefaultBraintrustEvals evals;

	DeclaredEvals(ListableBeanFactory beanFactory, DefaultBraintrustEvals evals) {
		this.beanFactory = beanFactory;
		this.evals = evals;
	}

	// Return the projects that have evaluations, by key.
	@Override
	public Map<String, RemoteProject> get() {
		Map<String, Map<String, Eval<?, ?, ?>>> byKey = new LinkedHashMap<>();
		for (String bean : this.beanFactory.getBeanNamesForType(Eval.class)) {
			String key = BeanOwners.of(this.beanFactory, bean);
			if (key == null) {
				logger.warn("The evaluation of the bean '" + bean + "' cannot be run remotely, since it belongs to no "
						+ "project. Annotate the bean with @BraintrustProject(\"…\").");
				continue;
			}
			Eval<?, ?, ?> eval = this.beanFactory.getBean(bean, Eval.class);
			Eval<?, ?, ?> other = byKey.computeIfAbsent(key, (added) -> new LinkedHashMap<>()).put(eval.name(), eval);
			Assert.state(other == null, () -> "The Braintrust project '" + key + "' has two evaluations named '"
					+ eval.name() + "'. Give one of them another name, because they are run by name.");
		}
		Map<String, RemoteProject> remote = new LinkedHashMap<>();
		byKey.forEach((key, evals) -> remote.put(key,
				new RemoteProject(this.evals.settings(key), this.evals.api(key), this.evals, evals)));
		return remote;
	}

}
