package dev.braintrust.spring.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.InstanceSupplier;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Tells the project that a client bean belongs to: that of its annotation, else the
 * default project. Of a {@code ChatClient} bean that belongs to none, one warning says
 * what to do.
 */
public final class ClientOwners {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<DeclaredProjects> declared;

	ClientOwners(ConfigurableListableBeanFactory beanFactory, ObjectProvider<DeclaredProjects> declared) {
		this.beanFactory = beanFactory;
		this.declared = declared;
	}

	@Nullable String annotated(String beanName) {
		// An inner bean has a name that the factory does not know.
		BraintrustProject project = this.beanFactory.containsBean(beanName)
				? this.beanFactory.findAnnotationOnBean(beanName, BraintrustProject.class, false) : null;
		return (project != null) ? project.value() : null;
	}

	@Nullable Class<?> declaredType(String beanName) {
		return StandIn.declaredType(this.beanFactory, beanName);
	}

	// The project of a client without an annotation.
	@Nullable String unannotated(String beanName) {
		DeclaredProjects projects = this.declared.getIfAvailable();
		if (projects == null || !this.beanFactory.containsBean(beanName)) {
			return null;
		}
		if (projects.defaultKey() == null) {
			List<String> keys = projects.all()
				.stream()
				.filter(ProjectSettings::enabled)
				.map(ProjectSettings::key)
				.toList();
			if (!keys.isEmpty() && this.warned.add(beanName)) {
				logger.warn("The ChatClient bean '" + beanName
						+ "' belongs to no Braintrust project and is not traced. " + remedy(beanName, keys.get(0))
						+ " The declared projects are: " + String.join(", ", new TreeSet<>(keys)) + ".");
			}
		}
		return projects.defaultKey();
	}

	private String remedy(String beanName, String key) {
		if (isSupplied(beanName)) {
			return "It is registered with a supplier, which has no annotation: let the supplier return "
					+ "'projects.instrument(\"" + key
					+ "\", client)', where 'projects' is the BraintrustProjects bean.";
		}
		return "Annotate it with the key of its project, such as @BraintrustProject(\"" + key
				+ "\"), or name the project of all such beans by 'braintrust.default-project'.";
	}

	private boolean isSupplied(String beanName) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& this.beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition
				&& definition.getInstanceSupplier() != null && definition.getResolvedFactoryMethod() == null
				&& !(definition.getInstanceSupplier() instanceof InstanceSupplier<?> generated
						&& generated.getFactoryMethod() != null);
	}

}
