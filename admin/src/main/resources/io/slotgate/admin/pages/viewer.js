'use strict';

// Without validatorUrl the viewer would send the contract to a service of its maker.
SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#viewer',
  deepLinking: true,
  validatorUrl: null,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  syntaxHighlight: false,
});
