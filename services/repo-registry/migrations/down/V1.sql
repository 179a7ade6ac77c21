DROP TABLE secret_bindings, query_templates, clusters, config_repos;
