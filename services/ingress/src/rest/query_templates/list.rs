//! `GET /api/v1/query-templates`: each version is a row.

use pullwright_proto::registry::ListQueryTemplatesRequest;

use crate::{
    cores::{Core, Cores, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::{
            Asked, Collection, Listing,
            filter::Filter,
            list::{flag, number, text, word},
        },
        shape::{Counted, QueryTemplate, words},
    },
};

/// The registry's query templates.
pub(in crate::rest) enum QueryTemplates {}

impl Listing for QueryTemplates {
    type Row = QueryTemplate;
    const FILTERS: &'static [Filter] = &[
        text("name", "Only the versions of this template."),
        word("engine_type", words::ENGINE_TYPES, "Only those of this engine."),
        number("version", "Only those of this version."),
        flag("latest", "True: only the newest version of each name."),
    ];
    const SORTS: &'static [&'static str] = &["created_at", "name"];
}

impl Collection for QueryTemplates {
    async fn page(cores: &Cores, asked: Asked<Self>) -> Result<Counted<QueryTemplate>, ApiError> {
        let Asked { page_size, page_token, filter, order_by, .. } = asked;
        let request = ListQueryTemplatesRequest { page_size, page_token, filter, order_by };
        let mut templates = cores.query_templates.clone();
        let found = ask(Core::Registry, templates.list_query_templates(request)).await?;
        let data = all_shown(Core::Registry, found.query_templates)?;
        Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
    }
}
