console.log('no suite yet');
